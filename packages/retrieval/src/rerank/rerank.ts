import { AppError, type Reranker } from '@winnow/core';
import type { QueryContext, SearchPorts } from '../ports.ts';
import type { Candidate } from '../search/candidate.ts';
import type { SearchRequest } from '../search/search-request.ts';
import { rerankByChain } from './rerank-chain.ts';
import type { Reranked } from './rerank-progress.ts';

/**
 * The precise stage: the first candidates are scored again. Where the reranker fails, passes its deadline or
 * leaves passages without a score, its stand-ins are asked, in the order of its plan; after the last the fused
 * order stays. What did not go as asked is in the notes.
 *
 * @throws AppError `invalid_argument` if a threshold was asked for and the scores will not be 0–1, or the
 * reranker's name is unknown (`not_found` likewise); `canceled` where the caller gave up.
 */
export async function rerank(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
  candidates: readonly Candidate[],
): Promise<Reranked> {
  if (request.rerank === 'none') {
    refuseThreshold(request, 'no reranker runs');
    return { candidates, reranker: null, degraded: false, notes: [] };
  }
  const name = request.rerank === 'default' ? undefined : request.rerank;
  const opened = await open(ports, context, name);
  if (opened === null) {
    refuseThreshold(request, 'the corpus has no reranker');
    const notes = ['not reranked: the corpus has no reranker'];
    return { candidates, reranker: null, degraded: false, notes };
  }
  if (!(opened instanceof AppError) && opened.scale === 'relative')
    refuseThreshold(request, `${opened.modelId} gives scores relative to the query`);
  return await rerankByChain(ports, context, request, candidates, { name, opened });
}

/** A failure to open is a failure of the first step; only for a name that nobody knows the search fails. */
async function open(
  { rerankerOf }: SearchPorts,
  { corpus, bill, signal }: QueryContext,
  name: string | undefined,
): Promise<Reranker | AppError | null> {
  try {
    return await rerankerOf(corpus, name, bill);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted || error.code === 'invalid_argument' || error.code === 'not_found') throw error;
    return error;
  }
}

function refuseThreshold(request: SearchRequest, reason: string): void {
  if (request.threshold === null) return;
  throw new AppError(
    'invalid_argument',
    `a threshold needs rerank scores of 0–1, and ${reason}: choose a cross-encoder or leave the threshold out`,
  );
}
