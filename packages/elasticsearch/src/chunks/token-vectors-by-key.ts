import type { EmbeddingKey, GenerationRef, TokenVectors } from '@winnow/core';
import type { ReadPorts } from './read-document.ts';

/** Keys looked up in one request: some 4 KB each. */
const pageSize = 500;

interface HitFields {
  readonly embedding_key: readonly [EmbeddingKey];
  /** Base64. */
  readonly token_vectors: readonly [string];
}

/** Token vectors by embedding key, of any visible chunk that has some: one that was deleted a moment ago serves as well. */
export async function tokenVectorsByKey(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  keys: readonly EmbeddingKey[],
): Promise<ReadonlyMap<EmbeddingKey, TokenVectors>> {
  const found = new Map<EmbeddingKey, TokenVectors>();
  const distinct = [...new Set(keys)];
  for (let at = 0; at < distinct.length; at += pageSize) {
    const page = distinct.slice(at, at + pageSize);
    const answer = await connection.read((client, options) =>
      client.search(
        {
          index: names.chunks(ref),
          size: page.length,
          query: {
            bool: { filter: [{ terms: { embedding_key: page } }, { exists: { field: 'token_vectors' } }] },
          },
          collapse: { field: 'embedding_key' },
          docvalue_fields: ['embedding_key', 'token_vectors'],
          _source: false,
          track_total_hits: false,
          allow_partial_search_results: false,
        },
        options,
      ),
    );
    for (const { fields } of answer.hits.hits) {
      const { embedding_key: [key] = [], token_vectors: [vectors] = [] } = (fields ??
        {}) as Partial<HitFields>;
      if (key !== undefined && vectors !== undefined) found.set(key, bytesOf(vectors));
    }
  }
  return found;
}

/** In a buffer of their own. */
function bytesOf(base64: string): TokenVectors {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
