import type { GenerationRef, TokenFrequencies } from '@winnow/core';
import { everyChunkToken, indexToken } from './chunk-record.ts';
import type { ReadPorts } from './read-document.ts';

/**
 * Reads document frequencies from the dictionary of terms, without looking at any chunk. Chunks that are
 * deleted count until their segment is merged.
 */
export async function tokenFrequencies(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  tokens: readonly string[],
): Promise<TokenFrequencies> {
  const answer = await connection.read((client, options) =>
    client.termvectors(
      {
        index: names.chunks(ref),
        doc: { tokens: [everyChunkToken, ...new Set(tokens.map(indexToken))] },
        fields: ['tokens'],
        term_statistics: true,
        field_statistics: false,
        positions: false,
        offsets: false,
      },
      options,
    ),
  );
  const terms = answer.term_vectors?.tokens?.terms ?? {};
  const count = (token: string) => (Object.hasOwn(terms, token) ? (terms[token]?.doc_freq ?? 0) : 0);
  return { chunks: count(everyChunkToken), counts: tokens.map((token) => count(indexToken(token))) };
}
