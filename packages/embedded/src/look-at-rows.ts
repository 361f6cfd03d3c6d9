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

/** A search by vector under way. */
export interface Search {
  readonly query: QuantisedVector;
  readonly k: number;
  /** Of the rows looked at so far. */
  readonly best: BestRows;
  /** Rows taken in at the last look; before the first a guess. What one block comes to holds for the next, more or less. */
  readonly found: number;
}

/** Each takes in all rows that may be among its best. */
export function lookAtRows(searches: readonly Search[], rows: CodeRows): readonly Search[] {
  const wanted = expectedOf(searches) + spareHits;
  const looked = lookAtBest(searches, rows, wanted);
  return searches.map((search, index) => looked[index] ?? lookFurther(search, rows, wanted));
}

/** As {@link lookAtRows} for a filter that lets many of the rows through. @returns null where it turns out not to. */
export function lookThroughFilter(searches: readonly Search[], rows: CodeRows): readonly Search[] | null {
  const wanted = (expectedOf(searches) + spareHits) * lookedAtPerHit;
  const looked = lookAtBest(searches, rows, wanted).filter((search) => search !== null);
  return looked.length === searches.length ? looked : null;
}

function expectedOf(searches: readonly Search[]): number {
  return Math.max(...searches.map(({ found }) => found));
}

function lookFurther(search: Search, rows: CodeRows, looked: number): Search {
  for (let wanted = looked * 4; ; wanted *= 4) {
    const [further] = lookAtBest([search], rows, wanted);
    if (further) return further;
  }
}

/** Takes in the best `wanted` rows. @returns null for a search where others may be among the best, too. */
function lookAtBest(searches: readonly Search[], rows: CodeRows, wanted: number): readonly (Search | null)[] {
  const loosenessOf = ({ query }: Search) => rows.looseness + query.looseness + kernelLooseness;
  const sought = searches.map((search) => ({
    query: search.query,
    atLeast: search.best.floor - loosenessOf(search),
  }));
  return searchCodes(rows, sought, wanted).map(({ hits, rest }, at) => {
    const search = searches[at];
    if (search === undefined) return null;
    const looseness = loosenessOf(search);
    const found = hits.flatMap(({ index, score }) => {
      const chunk = rows.chunkAt(index);
      return chunk === null ? [] : [{ chunk, least: score - looseness, most: score + looseness }];
    });
    const best = withRows(search.best, found, search.k);
    const isAll = rest === null || rest + looseness < best.floor;
    return isAll ? { ...search, best, found: found.length } : null;
  });
}
