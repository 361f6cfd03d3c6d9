import { AppError, type Reranker } from '@winnow/core';
import type { QueryContext, SearchPorts } from '../ports.ts';
import type { Candidate } from '../search/candidate.ts';
import type { SearchRequest } from '../search/search-request.ts';
import { type FirstReranker, rerankByChain } from './rerank-chain.ts';
import type { Reranked } from './rerank-progress.ts';

/** Who will rerank: nobody, and a note of why where one was asked for; or the first of a chain. */
export type OpenedReranker =
  | { readonly kind: 'none'; readonly notes: readonly string[] }
  | ({ readonly kind: 'chain' } & FirstReranker);

/**
 * Opens the reranker that a search asks for, and tells it the query. To be done before candidates are looked for: they are
 * read as it needs them.
 *
 * @throws AppError `invalid_argument` if a threshold was asked for and the scores will not be 0–1, or the
 * reranker's name is unknown (`not_found` likewise); `canceled` where the caller gave up.
 */
export async function openReranker(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
): Promise<OpenedReranker> {
  if (request.rerank === 'none') {
    refuseThreshold(request, 'no reranker runs');
    return { kind: 'none', notes: [] };
  }
  const name = request.rerank === 'default' ? undefined : request.rerank;
  const opened = await open(ports, context, name);
  if (opened === null) {
    refuseThreshold(request, 'the corpus has no reranker');
    return { kind: 'none', notes: ['not reranked: the corpus has no reranker'] };
  }
  if (opened instanceof AppError) return { kind: 'chain', name, opened };
  if (opened.scale === 'relative')
    refuseThreshold(request, `${opened.modelId} gives scores relative to the query`);
  opened.prepare?.(request.query, { signal: context.signal });
  return { kind: 'chain', name, opened };
}

/** The one that was opened, if it could be. */
export function rerankerIn(opened: OpenedReranker): Reranker | null {
  return opened.kind === 'none' || opened.opened instanceof AppError ? null : opened.opened;
}

/**
 * The precise stage: the first candidates are scored again. Where the reranker fails, passes its deadline or
 * leaves passages without a score, its stand-ins are asked, in the order of its plan; after the last the fused
 * order stays. What did not go as asked is in the notes.
 *
 * @throws AppError `canceled` where the caller gave up.
 */
export async function rerank(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
  { opened, candidates }: { readonly opened: OpenedReranker; readonly candidates: readonly Candidate[] },
): Promise<Reranked> {
  if (opened.kind === 'none') return { candidates, reranker: null, degraded: false, notes: opened.notes };
  return await rerankByChain(ports, context, request, candidates, opened);
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
