import type { ChunkId, RecallHit, RecallLegs, ScoredChunk } from '@winnow/core';
import type { RankedHit } from '../search/candidate.ts';
import { legSize, type SearchRequest } from '../search/search-request.ts';
import type { StageScore } from '../search/search-response.ts';
import { fusions, type Leg } from './fuse.ts';

/**
 * Makes one ranking of what was recalled. A leg that ran alone keeps its own scores.
 *
 * @param feedback what was recalled by way of the first ranking, as two more legs of `hybrid`; null where nothing was.
 */
export function fuseHits(
  recalled: RecallLegs,
  request: SearchRequest,
  feedback: RecallLegs | null = null,
): readonly RankedHit[] {
  const bm25 = stageScores(recalled.bm25);
  const dense = stageScores(recalled.dense);
  const places = new Map(
    [recalled, feedback].flatMap((found) =>
      found === null ? [] : [...found.bm25, ...found.dense].map(byId),
    ),
  );
  return rankingOf(recalled, request, feedback).flatMap(({ chunkId, score }, index) => {
    const place = places.get(chunkId);
    if (place === undefined) return [];
    const { documentId, position } = place;
    const fused = request.mode === 'hybrid' ? { rank: index + 1, score } : null;
    const ranks = { bm25: bm25.get(chunkId) ?? null, dense: dense.get(chunkId) ?? null, fused, rerank: null };
    return [{ chunkId, documentId, position, score, stages: ranks }];
  });
}

/** The ranking alone, as it can be told before anything is known of the chunks. */
export function rankingOf(
  recalled: RecallLegs<ScoredChunk>,
  request: SearchRequest,
  feedback: RecallLegs<ScoredChunk> | null = null,
): readonly ScoredChunk[] {
  const { mode, fusion } = request;
  if (mode !== 'hybrid') return recalled[mode];
  return fusions[fusion](
    [recalled, feedback].flatMap((found) => (found === null ? [] : legsOf(found, request))),
  );
}

function byId(hit: RecallHit): readonly [ChunkId, RecallHit] {
  return [hit.chunkId, hit];
}

function stageScores(hits: readonly RecallHit[]): ReadonlyMap<ChunkId, StageScore> {
  return new Map(hits.map(({ chunkId, score }, index) => [chunkId, { rank: index + 1, score }]));
}

function legsOf({ bm25, dense }: RecallLegs<ScoredChunk>, request: SearchRequest): readonly Leg[] {
  // A BM25 leg that is not full holds every chunk with a term of the query: the others would score 0.
  const floor = bm25.length < legSize(request) ? 0 : null;
  return [
    { hits: bm25, floor, weight: 2 * request.bm25Weight },
    { hits: dense, floor: null, weight: 2 * (1 - request.bm25Weight) },
  ];
}
