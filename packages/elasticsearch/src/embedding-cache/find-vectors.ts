import type { EmbeddingKey } from '@winnow/core';
import { decodeVectorBytes } from '../chunks/vector-codec.ts';
import type { Connection } from '../connection/connection.ts';
import { missingItemError } from '../connection/server-fault.ts';
import type { EmbeddingRecord } from './embedding-cache-definition.ts';

/** Keys asked for in one request: at 3,072 dimensions, an answer of 4 MB. */
const pageSize = 256;

/** Reads by id, which sees every finished put. */
export async function findVectors(
  connection: Connection,
  index: string,
  keys: readonly EmbeddingKey[],
): Promise<ReadonlyMap<EmbeddingKey, Float32Array>> {
  const found = new Map<EmbeddingKey, Float32Array>();
  const distinct = [...new Set(keys)];
  for (let at = 0; at < distinct.length; at += pageSize) {
    const page = distinct.slice(at, at + pageSize);
    const { docs } = await connection.read((client, options) =>
      client.mget<Pick<EmbeddingRecord, 'vector'>>({ index, ids: page, _source: ['vector'] }, options),
    );
    for (const [place, doc] of docs.entries()) {
      if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
      const key = page[place];
      if (key === undefined || !doc.found || doc._source === undefined) continue;
      found.set(key, decodeVectorBytes(doc._source.vector));
    }
  }
  return found;
}
