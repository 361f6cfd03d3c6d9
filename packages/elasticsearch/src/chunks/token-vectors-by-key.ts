import type { EmbeddingKey, GenerationRef, TokenVectors } from '@winnow/core';
import type { Query } from '../connection/query.ts';
import type { RecallPorts } from '../recall/read-found.ts';
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
  ports: RecallPorts,
  ref: GenerationRef,
  keys: readonly EmbeddingKey[],
): Promise<ReadonlyMap<EmbeddingKey, TokenVectors>> {
  const found = new Map<EmbeddingKey, TokenVectors>();
  const open: EmbeddingKey[] = [];
  for (const key of new Set(keys)) {
    const recent = ports.tokenVectors.get(ref, key);
    if (recent === null) open.push(key);
    else found.set(key, recent);
  }
  for (let at = 0; at < open.length; at += pageSize) {
    const page = open.slice(at, at + pageSize);
    const query = { terms: { embedding_key: page } };
    for (const [key, vectors] of await findTokenVectors(ports, ref, { query, size: page.length })) {
      found.set(key, vectors);
    }
  }
  return found;
}

/** Those of the chunks that a query finds, in one request. */
export async function findTokenVectors(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  { query, size, signal }: { readonly query: Query; readonly size: number; readonly signal?: AbortSignal },
): Promise<ReadonlyMap<EmbeddingKey, TokenVectors>> {
  const answer = await connection.read(
    (client, options) =>
      client.search(
        {
          index: names.chunks(ref),
          size,
          query: { bool: { filter: [query, { exists: { field: 'token_vectors' } }] } },
          collapse: { field: 'embedding_key' },
          docvalue_fields: ['embedding_key', 'token_vectors'],
          stored_fields: '_none_',
          track_total_hits: false,
          allow_partial_search_results: false,
        },
        options,
      ),
    signal,
  );
  const found = new Map<EmbeddingKey, TokenVectors>();
  for (const { fields } of answer.hits.hits) {
    const { embedding_key: [key] = [], token_vectors: [vectors] = [] } = (fields ?? {}) as Partial<HitFields>;
    if (key !== undefined && vectors !== undefined) found.set(key, bytesOf(vectors));
  }
  return found;
}

/** In a buffer of their own. */
function bytesOf(base64: string): TokenVectors {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
