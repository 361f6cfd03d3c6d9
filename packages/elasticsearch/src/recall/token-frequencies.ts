import type { GenerationRef, TokenFrequencies } from '@winnow/core';
import { everyChunkToken, indexToken } from '../chunks/chunk-record.ts';
import type { ReadPorts } from '../chunks/read-document.ts';
import type { Shards } from '../indexes/shards.ts';

/**
 * Reads document frequencies from the dictionary of terms, without looking at any chunk; each shard has its own. Chunks
 * that are deleted count until their segment is merged.
 */
export async function tokenFrequencies(
  { connection, names, shards }: ReadPorts & { readonly shards: Shards },
  ref: GenerationRef,
  tokens: readonly string[],
): Promise<TokenFrequencies> {
  const index = names.chunks(ref);
  const asked = [everyChunkToken, ...tokens.map(indexToken)];
  const count = await shards.of(index);
  const ofShards = await Promise.all(
    Array.from({ length: count }, (_, shard) => frequenciesIn(connection, index, asked, shard)),
  );
  const [chunks = 0, ...counts] = asked.map((_, at) =>
    ofShards.reduce((sum, frequencies) => sum + (frequencies[at] ?? 0), 0),
  );
  return { chunks, counts };
}

async function frequenciesIn(
  connection: ReadPorts['connection'],
  index: string,
  tokens: readonly string[],
  shard: number,
): Promise<readonly number[]> {
  const answer = await connection.read((client, options) =>
    client.termvectors(
      {
        index,
        doc: { tokens: [...new Set(tokens)] },
        preference: `_shards:${shard}`,
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
  return tokens.map((token) => (Object.hasOwn(terms, token) ? (terms[token]?.doc_freq ?? 0) : 0));
}
