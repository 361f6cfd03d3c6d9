import { AppError, type ChunkId, type RecallHit, type RecallResult, type StoredChunk } from '@winnow/core';
import type { Candidate } from '../search/candidate.ts';
import { legSize, type SearchRequest } from '../search/search-request.ts';
import type { StageScore } from '../search/search-response.ts';
import { fusions, type Leg } from './fuse.ts';

/**
 * Makes one ranking of what was recalled. A leg that ran alone keeps its own scores.
 *
 * @param feedback what was recalled by way of the first ranking, as two more legs of `hybrid`; null where nothing was.
 */
export function fuseCandidates(
  recalled: RecallResult,
  request: SearchRequest,
  feedback: RecallResult | null = null,
): readonly Candidate[] {
  const { mode, fusion } = request;
  const bm25 = stageScores(recalled.bm25);
  const dense = stageScores(recalled.dense);
  const legs = [recalled, feedback].flatMap((found) => (found === null ? [] : legsOf(found, request)));
  const ranking = mode === 'hybrid' ? fusions[fusion](legs) : recalled[mode];
  return ranking.map(({ chunkId, score }, index) => ({
    chunk: recalled.chunks.get(chunkId) ?? chunkOf(feedback, chunkId),
    score,
    stages: {
      bm25: bm25.get(chunkId) ?? null,
      dense: dense.get(chunkId) ?? null,
      fused: mode === 'hybrid' ? { rank: index + 1, score } : null,
      rerank: null,
    },
    judgement: null,
  }));
}

function stageScores(hits: readonly RecallHit[]): ReadonlyMap<ChunkId, StageScore> {
  return new Map(hits.map(({ chunkId, score }, index) => [chunkId, { rank: index + 1, score }]));
}

function legsOf({ bm25, dense }: RecallResult, request: SearchRequest): readonly Leg[] {
  // A BM25 leg that is not full holds every chunk with a term of the query: the others would score 0.
  const floor = bm25.length < legSize(request) ? 0 : null;
  return [
    { hits: bm25, floor, weight: 2 * request.bm25Weight },
    { hits: dense, floor: null, weight: 2 * (1 - request.bm25Weight) },
  ];
}

function chunkOf(found: RecallResult | null, chunkId: ChunkId): StoredChunk {
  const chunk = found?.chunks.get(chunkId);
  if (chunk === undefined) throw new AppError('internal', `recall returned no chunk for hit ${chunkId}`);
  return chunk;
}
