import type { EmbeddingKey, GenerationRef } from '@winnow/core';
import { chunksThere } from './chunks-there.ts';
import type { ReadPorts } from './read-document.ts';
import { decodeVector } from './vector-codec.ts';

/** Keys looked up in one request; a vector comes as numbers, about 10 bytes a dimension. */
const pageSize = 200;
/** Times that keys are asked for again because a chunk that has them is gone; then they count as not found. */
const maxRounds = 5;

/** Every whole chunk has both. */
interface HitFields {
  readonly embedding_key: readonly [EmbeddingKey];
  readonly vector?: readonly number[];
}

/** One vector for each key that any visible chunk has, of whatever version: equal keys mean equal vectors. */
export async function vectorsByKey(
  ports: ReadPorts,
  ref: GenerationRef,
  keys: readonly EmbeddingKey[],
): Promise<ReadonlyMap<EmbeddingKey, Float32Array>> {
  const found = new Map<EmbeddingKey, Float32Array>();
  const distinct = [...new Set(keys)];
  for (let at = 0; at < distinct.length; at += pageSize) {
    await lookUp(ports, ref, distinct.slice(at, at + pageSize), found);
  }
  return found;
}

/** Chunks that were deleted a moment ago are still found, and are passed over. */
async function lookUp(
  ports: ReadPorts,
  ref: GenerationRef,
  page: readonly EmbeddingKey[],
  found: Map<EmbeddingKey, Float32Array>,
): Promise<void> {
  let open = page;
  const gone: string[] = [];
  for (let round = 0; open.length > 0 && round < maxRounds; round += 1) {
    const hits = await chunksWith(ports, ref, open, gone);
    const there = await chunksThere(ports, ref, [...hits.keys()]);
    const again: EmbeddingKey[] = [];
    for (const [id, { key, vector }] of hits) {
      if (there.has(id)) found.set(key, vector);
      else {
        again.push(key);
        gone.push(id);
      }
    }
    open = again;
  }
}

/** One chunk for each key, by `_id`. */
async function chunksWith(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  keys: readonly EmbeddingKey[],
  except: readonly string[],
): Promise<ReadonlyMap<string, { readonly key: EmbeddingKey; readonly vector: Float32Array }>> {
  const filter = [{ terms: { embedding_key: [...keys] } }, { exists: { field: 'vector' } }];
  const answer = await connection.read((client, options) =>
    client.search(
      {
        index: names.chunks(ref),
        size: keys.length,
        query: { bool: { filter, must_not: except.length === 0 ? [] : [{ ids: { values: [...except] } }] } },
        collapse: { field: 'embedding_key' },
        fields: ['embedding_key', 'vector'],
        _source: false,
        track_total_hits: false,
        allow_partial_search_results: false,
      },
      options,
    ),
  );
  const found = new Map<string, { key: EmbeddingKey; vector: Float32Array }>();
  for (const { _id, fields } of answer.hits.hits) {
    const { embedding_key: [key] = [], vector } = (fields ?? {}) as Partial<HitFields>;
    if (_id !== undefined && key !== undefined && vector !== undefined) {
      found.set(_id, { key, vector: decodeVector(vector) });
    }
  }
  return found;
}
