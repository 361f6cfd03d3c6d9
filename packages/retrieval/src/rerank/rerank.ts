import { AppError, type Corpus, type Reranker } from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import type { Candidate } from './candidate.ts';
import { placeReranked } from './place-reranked.ts';
import type { SearchPorts } from './ports.ts';
import type { SearchRequest } from './search-request.ts';
import type { SearchResponse } from './search-response.ts';
import { elapsed } from './stopwatch.ts';
import { withDeadline } from './with-deadline.ts';

/** A person waits for a search; a reranker that is slower than this is left out. */
const defaultDeadlineMs = 3_000;

export interface Reranked {
  readonly candidates: readonly Candidate[];
  readonly reranker: SearchResponse['reranker'];
  readonly notes: readonly string[];
}

/**
 * The precise stage: as many of the first candidates as fit the latency budget are scored again.
 * Where the reranker is missing, fails or passes its deadline, the order stays as it was and a note says so.
 *
 * @throws AppError `invalid_argument` if a threshold was asked for and the scores will not be 0–1, or the
 * reranker's name is unknown; `canceled` where the caller gave up.
 */
export async function rerank(
  ports: SearchPorts,
  corpus: Corpus,
  request: SearchRequest,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Reranked> {
  if (request.rerank === 'none') {
    refuseThreshold(request, 'no reranker runs');
    return { candidates, reranker: null, notes: [] };
  }
  try {
    const name = request.rerank === 'default' ? undefined : request.rerank;
    const reranker = await ports.rerankerOf(corpus, name);
    if (reranker === null) {
      refuseThreshold(request, 'the corpus has no reranker');
      return { candidates, reranker: null, notes: ['not reranked: the corpus has no reranker'] };
    }
    if (reranker.scale === 'relative')
      refuseThreshold(request, `${reranker.modelId} gives scores relative to the query`);
    return await rerankBy(ports, reranker, request, candidates, signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted || error.code === 'invalid_argument' || error.code === 'not_found') throw error;
    ports.log.warn({ event: 'rerank-skipped', corpus: corpus.name, code: error.code, error });
    const threshold = request.threshold === null ? '' : '; the threshold was not applied';
    return { candidates, reranker: null, notes: [`not reranked: ${error.message}${threshold}`] };
  }
}

async function rerankBy(
  ports: SearchPorts,
  reranker: Reranker,
  request: SearchRequest,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Reranked> {
  if (candidates.length === 0) return { candidates, reranker: null, notes: [] };
  const { modelId, scale } = reranker;
  const depth = ports.rerankBudget.depthFor(modelId, reranker.depth, request.rerankBudgetMs);
  const passages = candidates
    .slice(0, depth)
    .map(({ chunk }) => ({ chunkId: chunk.chunkId, text: embeddingTextOf(chunk.title, chunk) }));
  const start = ports.clock.now();
  const scores = await withDeadline(modelId, request.deadlineMs ?? defaultDeadlineMs, signal, (either) =>
    reranker.rerank(request.query, passages, { signal: either }),
  );
  ports.rerankBudget.observe(modelId, passages.length, elapsed(ports.clock, start));
  requireOneScoreEach(modelId, passages.length, scores);
  return {
    candidates: placeReranked(candidates, scores, scale),
    reranker: { modelId, candidates: passages.length },
    notes: [],
  };
}

/** A reranker behind an API may answer anything: a wrong answer must not become an order. */
function requireOneScoreEach(modelId: string, expected: number, scores: readonly number[]): void {
  if (scores.length === expected && scores.every(Number.isFinite)) return;
  throw new AppError(
    'internal',
    `${modelId} gave ${scores.length} scores for ${expected} passages, or one that is no number`,
  );
}

function refuseThreshold(request: SearchRequest, reason: string): void {
  if (request.threshold === null) return;
  throw new AppError(
    'invalid_argument',
    `a threshold needs rerank scores of 0–1, and ${reason}: choose a cross-encoder or leave the threshold out`,
  );
}
