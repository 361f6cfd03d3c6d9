import { AppError, type EmbeddingCache, type EmbeddingKey } from '@winnow/core';
import { type BulkOperation, createBulkWriter } from '../bulk/bulk-writer.ts';
import { encodeVector } from '../chunks/vector-codec.ts';
import { createConnection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { indexNames } from '../indexes/names.ts';
import { createSystemIndex } from '../indexes/system-indexes.ts';
import type { ElasticsearchStoreOptions } from '../store.ts';
import { dropOldest } from './drop-oldest.ts';
import { type EmbeddingRecord, embeddingCacheDefinition, entryBytes } from './embedding-cache-definition.ts';
import { findVectors } from './find-vectors.ts';

export interface ElasticsearchEmbeddingCacheOptions extends ElasticsearchStoreOptions {
  /**
   * What all entries may take together; 8 GiB by default, about a million vectors of 1,536 dimensions. It is
   * looked after at the first put of a process and each time it has put a sixteenth of it, so that with n
   * processes entries may go n sixteenths beyond. Dropped ones leave the disk when the server merges.
   */
  readonly maxBytes?: number;
  readonly now?: () => Date;
}

const defaultMaxBytes = 8 * 1024 ** 3;
/** Part of the bound that is put between two sweeps, and that a sweep makes free. */
const sweepPart = 1 / 16;

/**
 * The embedding cache in one index, which is made when it is first written to. Vectors are kept and not indexed:
 * they are found by id alone.
 *
 * @throws AppError `invalid_argument` if the URL or the prefix cannot be used.
 */
export function createElasticsearchEmbeddingCache(
  options: ElasticsearchEmbeddingCacheOptions,
): EmbeddingCache {
  const { maxBytes = defaultMaxBytes, now = () => new Date(), log } = options;
  const { embeddings: index } = indexNames(options.prefix);
  const connection = createConnection(options);
  const bulk = createBulkWriter({ connection, log });
  const system = createSystemIndex(connection, index, embeddingCacheDefinition);
  let putSinceSweep = Number.POSITIVE_INFINITY;

  async function sweepIfDue(): Promise<void> {
    if (putSinceSweep < maxBytes * sweepPart) return;
    putSinceSweep = 0;
    try {
      const keepBytes = maxBytes * (1 - sweepPart);
      const dropped = await dropOldest({ connection, bulk, index }, { maxBytes, keepBytes });
      if (dropped > 0) log.info({ event: 'embeddings-dropped', count: dropped, maxBytes });
    } catch (error) {
      // What was put is there; the next sweep drops what this one did not.
      log.warn({ event: 'embedding-sweep-failed', error: AppError.from(error) });
    }
  }

  return {
    async get(keys) {
      if (!(await system.isThere())) return new Map();
      return await findVectors(connection, index, keys);
    },
    async put(vectors) {
      if (vectors.size === 0) return;
      await system.made();
      const putAt = now().getTime();
      for (const result of await bulk.write(index, creationsOf(vectors, putAt))) {
        if (result.kind !== 'rejected') continue;
        throw indexError('internal', `the embedding cache ${index} refused a vector`, {
          context: { reason: result.message },
        });
      }
      for (const vector of vectors.values()) putSinceSweep += entryBytes(vector.byteLength);
      await sweepIfDue();
    },
    close: () => connection.close(),
  };
}

/** Made one by one as they are sent: base64 of a large put would take twice its size at once. */
function* creationsOf(
  vectors: ReadonlyMap<EmbeddingKey, Float32Array>,
  putAt: number,
): Iterable<BulkOperation> {
  for (const [key, values] of vectors) {
    const bytes = entryBytes(values.byteLength);
    const record: EmbeddingRecord = { put_at: putAt, bytes, vector: encodeVector(values) };
    yield {
      action: 'create',
      lines: `${JSON.stringify({ create: { _id: key } })}\n${JSON.stringify(record)}\n`,
    };
  }
}
