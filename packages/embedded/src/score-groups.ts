import type { GenerationRef } from '@winnow/core';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { type ChunkRange, type Condition, rangeCondition, searchTerms } from './search-terms.ts';
import type { TermGroup } from './term-groups.ts';

/** Postings of one term that are scored before other work gets its turn. */
const postingsPerSlice = 50_000;
/** A search weighs its terms anew, which walks through all their postings: more slices cost more than they save. */
const maxSlices = 8;

/** Where the row ids of all chunks lie; an id is never used again. */
export function chunkRange(database: Reads, { tables }: Generation): ChunkRange {
  const row = database.get<{ first: number | null; last: number | null }>(
    `SELECT (SELECT min(id) FROM ${tables.chunk}) AS first, (SELECT max(id) FROM ${tables.chunk}) AS last`,
  );
  return { after: (row?.first ?? 1) - 1, last: row?.last ?? 0 };
}

/**
 * BM25 scores of chunks by row id, over groups of terms: one search for each, or some for a long one.
 * @param turn awaited between searches, each of which sees the generation as it then is.
 */
export async function scoreInTurns(
  { database, ref, turn }: { database: Reads; ref: GenerationRef; turn: () => Promise<void> },
  groups: readonly TermGroup[],
  range: ChunkRange,
  conditions: (generation: Generation) => readonly Condition[],
): Promise<Map<number, number>> {
  const scores = new Map<number, number>();
  for (const group of groups) {
    for (const slice of slicesOf(range, group)) {
      database.read(() => {
        const generation = generationOf(database, ref);
        addScores(database, generation, group, [...conditions(generation), ...rangeCondition(slice)], scores);
      });
      await turn();
    }
  }
  return scores;
}

/** Adds what a group of terms makes of each chunk. */
export function addScores(
  database: Reads,
  generation: Generation,
  { terms, weight }: TermGroup,
  conditions: readonly Condition[],
  scores: Map<number, number>,
): void {
  for (const { chunk, score } of searchTerms(database, generation, terms, conditions, null)) {
    scores.set(chunk, (scores.get(chunk) ?? 0) + weight * score);
  }
}

function slicesOf({ after, last }: ChunkRange, { postings }: TermGroup): readonly ChunkRange[] {
  const count = Math.min(maxSlices, Math.ceil(postings / postingsPerSlice));
  const width = Math.ceil((last - after) / count);
  return Array.from({ length: count }, (_, index) => ({
    after: after + index * width,
    last: Math.min(last, after + (index + 1) * width),
  }));
}
