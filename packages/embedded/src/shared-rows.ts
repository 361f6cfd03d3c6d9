import { type BestRows, noRows } from './best-rows.ts';
import { type CodeRows, lookAtRows, type Search } from './look-at-rows.ts';
import { quantise } from './quantised-vector.ts';
import type { SoughtVector } from './vector-blocks.ts';

/** Codes of chunks in memory that threads share. */
export interface SharedRows extends Pick<CodeRows, 'codes' | 'count' | 'scale' | 'looseness'> {
  /** Row ids. */
  readonly chunks: Float64Array;
}

/** Another thread that takes a part of a search. */
export interface ScanHelper {
  /**
   * Begins to look for what is sought in rows that do not change until it is done.
   * @returns waits for what {@link bestOfShared} gives, and gives null where the helper failed; null: it is not there.
   */
  begin(
    sought: readonly SoughtVector[],
    blocks: readonly SharedRows[],
  ): (() => readonly BestRows[] | null) | null;
}

/** Searches of which nothing was looked at yet. */
export function searchesFor(sought: readonly SoughtVector[]): readonly Search[] {
  return sought.map(({ query, k }) => ({ query: quantise(query), k, best: noRows, found: k }));
}

/** For each that is sought, the rows of all blocks that may be among its best. */
export function bestOfShared(
  sought: readonly SoughtVector[],
  blocks: readonly SharedRows[],
): readonly BestRows[] {
  let searches = searchesFor(sought);
  for (const { chunks, ...rows } of blocks)
    searches = lookAtRows(searches, { ...rows, chunkAt: (index) => chunks[index] ?? 0 });
  return searches.map(({ best }) => best);
}
