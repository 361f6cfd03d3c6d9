import type { GenerationRef, TokenFrequencies } from '@winnow/core';
import type { Reads } from './database.ts';
import { generationOf } from './generations.ts';
import { tokenText } from './token-text.ts';

/** In how many chunks tokens stand: each is counted by walking through where it stands. */
export function tokenFrequencies(
  database: Reads,
  ref: GenerationRef,
  tokens: readonly string[],
): TokenFrequencies {
  return database.read(() => {
    const { tables } = generationOf(database, ref);
    const total = database.get<{ chunks: number }>(
      `SELECT coalesce(sum(chunks), 0) AS chunks FROM ${tables.tally}`,
    );
    const counts = tokens.map(
      (token) =>
        database.get<{ doc: number }>(
          `SELECT doc FROM ${tables.tokenCounts} WHERE term = ?`,
          tokenText(token),
        )?.doc ?? 0,
    );
    return { chunks: total?.chunks ?? 0, counts };
  });
}
