import { AppError, type Reranker, withDeadline } from '@winnow/core';
import type { QueryContext, SearchPorts } from '../ports.ts';
import type { Candidate } from '../search/candidate.ts';
import type { SearchRequest } from '../search/search-request.ts';
import { elapsed } from '../stopwatch.ts';
import type { EndedCall } from './rerank-budget.ts';
import {
  finishProgress,
  type Reranked,
  type RerankProgress,
  startProgress,
  withFailure,
  withScored,
} from './rerank-progress.ts';
import { scoreCandidates } from './score-candidates.ts';

/** Who will rerank: nobody, and a note of why where one was asked for; or the first of a chain. */
export type OpenedReranker =
  | { readonly kind: 'none'; readonly notes: readonly string[] }
  | {
      readonly kind: 'chain';
      /** Undefined for the corpus's default. */
      readonly name: string | undefined;
      /** Or why it could not be had: then its stand-ins are asked. */
      readonly first: Reranker | AppError;
    };

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
  const first = await open(ports, context, name);
  if (first === null) {
    refuseThreshold(request, 'the corpus has no reranker');
    return { kind: 'none', notes: ['not reranked: the corpus has no reranker'] };
  }
  if (!(first instanceof AppError)) {
    if (first.scale === 'relative')
      refuseThreshold(request, `${first.modelId} gives scores relative to the query`);
    first.prepare?.(request.query, { signal: context.signal });
  }
  return { kind: 'chain', name, first };
}

/** The one that was opened, if it could be. */
export function rerankerIn(opened: OpenedReranker): Reranker | null {
  return opened.kind === 'none' || opened.first instanceof AppError ? null : opened.first;
}

/** Of the time that is left, the part one gets while others could still stand in for it. */
const shareBeforeStandIns = 0.75;

/**
 * The precise stage: the first candidates are scored again. Where the reranker fails, passes its deadline or leaves
 * passages without a score, its stand-ins are asked, in the order of its plan: what they score goes below what was scored
 * before. What nobody scores keeps its order at the end, and so does what lies beyond a reranker's depth. All together end
 * with the request's deadline. What did not go as asked is in the notes.
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
  if (candidates.length === 0) return { candidates, reranker: null, degraded: false, notes: [] };
  const { clock } = ports;
  const step: Step = { ports, context, request };
  const plan = ports.rerankPlanOf(context.corpus, opened.name);
  const end = clock.now() + (request.deadlineMs ?? plan.deadlineMs);
  const links = [firstLink(opened), ...plan.standIns.map((name) => standInLink(step, name))];
  let progress = startProgress(candidates);
  for (const [index, link] of links.entries()) {
    if (progress.waiting.length === 0) break;
    const share = index === links.length - 1 ? 1 : shareBeforeStandIns;
    progress = await askLink(step, progress, { link, leftMs: Math.ceil((end - clock.now()) * share) });
  }
  return finishProgress(progress, request.threshold);
}

/** What each link of a chain works with. */
interface Step {
  readonly ports: SearchPorts;
  readonly context: QueryContext;
  readonly request: SearchRequest;
}

/** One reranker of a chain. */
interface Link {
  /** Undefined for the corpus's default. */
  readonly name: string | undefined;
  /** Names it in notes. */
  readonly label: string;
  open(deadlineMs: number): Promise<Reranker>;
}

function firstLink({ name, first }: Extract<OpenedReranker, { kind: 'chain' }>): Link {
  if (!(first instanceof AppError)) return { name, label: first.modelId, open: async () => first };
  return { name, label: name ?? 'the default reranker', open: () => Promise.reject(first) };
}

/** A stand-in is loaded within the deadline; what takes longer is there for the next search. */
function standInLink({ ports, context, request }: Step, name: string): Link {
  const { corpus, bill, signal } = context;
  return {
    name,
    label: name,
    async open(deadlineMs) {
      const load = () => ports.rerankerOf(corpus, name, bill);
      const reranker = await withDeadline(`loading ${name}`, deadlineMs, signal, load);
      if (reranker === null) throw new AppError('not_found', 'there is no such reranker');
      if (reranker.scale === 'relative' && request.threshold !== null) {
        const reason = 'its scores are relative to the query, and a threshold needs scores of 0–1';
        throw new AppError('failed_precondition', reason);
      }
      return reranker;
    },
  };
}

/** One that fails leaves all that waits to the next. */
async function askLink(
  step: Step,
  progress: RerankProgress,
  { link, leftMs }: { readonly link: Link; readonly leftMs: number },
): Promise<RerankProgress> {
  try {
    return await scoreBy(step, progress, { link, deadlineMs: leftMs });
  } catch (thrown) {
    const error = AppError.from(thrown);
    const { corpus, signal } = step.context;
    if (signal.aborted) throw error;
    const { code } = error;
    step.ports.log.warn({
      event: 'rerank-skipped',
      corpus: corpus.name,
      reranker: link.label,
      code,
      error,
    });
    return withFailure(progress, link.label, error);
  }
}

/** Has one reranker score as many of those that wait as fit the time. */
async function scoreBy(
  { ports, context, request }: Step,
  progress: RerankProgress,
  { link, deadlineMs }: { readonly link: Link; readonly deadlineMs: number },
): Promise<RerankProgress> {
  const { clock, rerankBudget } = ports;
  const { corpus, signal } = context;
  if (deadlineMs < 1) throw new AppError('deadline_exceeded', 'no time was left for it');
  const begin = clock.now();
  const reranker = await link.open(deadlineMs);
  const { modelId, depth: most } = reranker;
  const { depth } = ports.rerankPlanOf(corpus, link.name);
  const count = depth === 'whole' ? most : rerankBudget.depthFor(modelId, most, request.rerankBudgetMs);
  const given = progress.waiting.slice(0, count);
  const start = clock.now();
  const left = Math.max(1, Math.ceil(deadlineMs - (start - begin)));
  const end = rerankBudget.begin(modelId, given.length);
  let outcome: EndedCall['outcome'] = 'failed';
  try {
    const scored = await scoreCandidates(reranker, request.query, given, { deadlineMs: left, signal });
    outcome = 'done';
    return withScored(progress, { modelId, scored, beyond: progress.waiting.slice(given.length) });
  } catch (thrown) {
    if (!signal.aborted && AppError.from(thrown).code === 'deadline_exceeded') outcome = 'late';
    throw thrown;
  } finally {
    end({ durationMs: elapsed(clock, start), outcome });
  }
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
