import type { EmbeddingKey, GenerationRef } from '@winnow/core';
import type { ReadPorts } from './read-document.ts';
import { decodeVector } from './vector-codec.ts';

/** Keys looked up in one request; a vector comes as numbers, about 10 bytes a dimension. */
const pageSize = 200;

/** Every whole chunk has both; the server takes no vector that is not of length 1. */
interface HitFields {
  readonly embedding_key: readonly [EmbeddingKey];
  readonly vector?: readonly number[];
}

/** One vector for each key that any visible chunk has, live or not: equal keys mean equal vectors. */
export async function vectorsByKey(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  keys: readonly EmbeddingKey[],
): Promise<ReadonlyMap<EmbeddingKey, Float32Array>> {
  const index = names.chunks(ref);
  const distinct = [...new Set(keys)];
  const found = new Map<EmbeddingKey, Float32Array>();
  for (let at = 0; at < distinct.length; at += pageSize) {
    const page = distinct.slice(at, at + pageSize);
    const answer = await connection.read((client, options) =>
      client.search(
        {
          index,
          size: page.length,
          query: { bool: { filter: [{ terms: { embedding_key: page } }, { exists: { field: 'vector' } }] } },
          collapse: { field: 'embedding_key' },
          fields: ['embedding_key', 'vector'],
          _source: false,
          track_total_hits: false,
          allow_partial_search_results: false,
        },
        options,
      ),
    );
    for (const { fields } of answer.hits.hits) {
      const hit = fields as HitFields;
      if (hit.vector !== undefined) found.set(hit.embedding_key[0], decodeVector(hit.vector));
    }
  }
  return found;
}
