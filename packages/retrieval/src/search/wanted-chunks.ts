import type { Reranker, ScoredChunk, WantedChunks } from '@winnow/core';
import type { SearchRequest } from './search-request.ts';

/** Distinct passages that diversity chooses among, at least, and for each hit. */
const leastDiverse = 50;
const diversePerHit = 3;
/** Beyond those that are reranked or shown, since copies give their places to the next. */
const spare = 5;

/** What reading goes by; null where none will run. */
type Reading = Pick<Reranker, 'depth' | 'readsTokenVectors'> | null;

/**
 * Distinct passages that the steps behind the ranking look at, at most. No more: telling whether one of 1 KB says what another
 * does takes a quarter of a millisecond.
 */
export function distinctWanted({ k, mmr }: Pick<SearchRequest, 'k' | 'mmr'>, reranker: Reading): number {
  const chosenAmong = mmr === null ? k : Math.max(leastDiverse, k * diversePerHit);
  return Math.max(chosenAmong, reranker?.depth ?? 0);
}

/**
 * What a search reads along of its hits: enough as a rule. What it needs besides, it reads later.
 *
 * @param ranking best first.
 */
export function wantedChunks(
  ranking: readonly ScoredChunk[],
  request: SearchRequest,
  reranker: Reading,
): WantedChunks {
  const first = (count: number) => ranking.slice(0, count).map(({ chunkId }) => chunkId);
  const depth = reranker === null ? 0 : reranker.depth + spare;
  const shown = Math.max(depth, request.k + spare);
  return {
    texts: first(distinctWanted(request, reranker) + spare),
    around: { of: request.neighbours === 0 ? [] : first(shown), reach: request.neighbours },
    tokenVectors: reranker?.readsTokenVectors === true ? first(depth) : [],
  };
}
