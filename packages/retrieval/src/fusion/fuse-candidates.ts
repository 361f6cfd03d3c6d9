import { AppError, type ChunkId, type RecallHit, type RecallResult, type StoredChunk } from '@winnow/core';
import type { Candidate } from '../search/candidate.ts';
import { legSize, type SearchRequest } from '../search/search-request.ts';
import type { StageScore } from '../search/search-response.ts';
import { fusions } from './fuse.ts';

/** Makes one ranking of what was recalled. A leg that ran alone keeps its own scores. */
export function fuseCandidates(recalled: RecallResult, request: SearchRequest): readonly Candidate[] {
  const { mode, fusion } = request;
  const bm25 = stageScores(recalled.bm25);
  const dense = stageScores(recalled.dense);
  // A BM25 leg that is not full holds every chunk with a term of the query: the others would score 0.
  const floor = recalled.bm25.length < legSize(request) ? 0 : null;
  const legs = [
    { hits: recalled.bm25, floor },
    { hits: recalled.dense, floor: null },
  ];
  const ranking = mode === 'hybrid' ? fusions[fusion](legs) : recalled[mode];
  return ranking.map(({ chunkId, score }, index) => ({
    chunk: chunkOf(recalled.chunks, chunkId),
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

function chunkOf(chunks: ReadonlyMap<ChunkId, StoredChunk>, chunkId: ChunkId): StoredChunk {
  const chunk = chunks.get(chunkId);
  if (chunk === undefined) throw new AppError('internal', `recall returned no chunk for hit ${chunkId}`);
  return chunk;
}
