import { type BestRows, withRows } from './best-rows.ts';
import { type Codes, searchCodes } from './exact-search.ts';
import type { QuantisedVector } from './quantised-vector.ts';

/** Asked of rows beyond the hits that are expected of them. */
const spareHits = 16;
/** With a filter, so many of the best are looked at for each hit before all that it lets through are compared. */
const lookedAtPerHit = 4;
/** What approximate square roots in compiled code may add to a cosine. */
const kernelLooseness = 1e-5;

/** Codes of chunks. */
export interface CodeRows extends Codes {
  /** How far the score of any of them may be off. */
  readonly looseness: number;
  /** Row id of a chunk; null for one that a filter does not let through. */
  chunkAt(index: number): number | null;
}

/** What is sought. */
export interface Sought {
  readonly query: QuantisedVector;
  readonly k: number;
}

/** What looking at rows led to. */
export interface Looked {
  readonly best: BestRows;
  /** Rows taken in. */
  readonly found: number;
}

/**
 * Takes in all rows that may be among the best.
 * @param expected rows that will be taken in, at a guess.
 */
export function lookAtRows(best: BestRows, rows: CodeRows, sought: Sought, expected: number): Looked {
  for (let wanted = expected + spareHits; ; wanted *= 4) {
    const looked = lookAtBest(best, rows, sought, wanted);
    if (looked !== null) return looked;
  }
}

/** As {@link lookAtRows} for a filter that lets many of the rows through. @returns null where it turns out not to. */
export function lookThroughFilter(
  best: BestRows,
  rows: CodeRows,
  sought: Sought,
  expected: number,
): Looked | null {
  return lookAtBest(best, rows, sought, (expected + spareHits) * lookedAtPerHit);
}

/** Takes in the best `wanted` rows. @returns null where others may be among the best, too. */
function lookAtBest(best: BestRows, rows: CodeRows, { query, k }: Sought, wanted: number): Looked | null {
  const looseness = rows.looseness + query.looseness + kernelLooseness;
  const atLeast = best.floor - looseness;
  const { hits, rest } = searchCodes(rows, query, { wanted, atLeast });
  const found = hits.flatMap(({ index, score }) => {
    const chunk = rows.chunkAt(index);
    return chunk === null ? [] : [{ chunk, least: score - looseness, most: score + looseness }];
  });
  const after = withRows(best, found, k);
  const isAll = rest === null || rest + looseness < after.floor;
  return isAll ? { best: after, found: found.length } : null;
}
