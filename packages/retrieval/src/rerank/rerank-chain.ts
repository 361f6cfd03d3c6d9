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
  withStep,
} from './rerank-progress.ts';
import { rerankStep } from './rerank-step.ts';

/** The reranker that was asked for, or why it could not be had. */
export interface FirstReranker {
  /** Undefined for the corpus's default. */
  readonly name: string | undefined;
  readonly opened: Reranker | AppError;
}

/** Of the time that is left, the part one gets while others could still stand in for it. */
const shareBeforeStandIns = 0.75;

/**
 * Has candidates scored by a reranker, and by its stand-ins, one after the other, what it leaves without a
 * score: that goes below what was scored before. What nobody scores keeps its order at the end, and so does
 * what lies beyond a reranker's depth. All together end with the request's deadline.
 *
 * @throws AppError `canceled` where the caller gave up.
 */
export async function rerankByChain(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
  candidates: readonly Candidate[],
  first: FirstReranker,
): Promise<Reranked> {
  if (candidates.length === 0) return { candidates, reranker: null, degraded: false, notes: [] };
  const { corpus, signal } = context;
  const chain = { ports, context, request };
  const plan = ports.rerankPlanOf(corpus, first.name);
  const end = ports.clock.now() + (request.deadlineMs ?? plan.deadlineMs);
  const links = [firstLink(first), ...plan.standIns.map((name) => standInLink(chain, name))];
  let progress = startProgress(candidates);
  for (const [index, link] of links.entries()) {
    if (progress.waiting.length === 0) break;
    const share = index === links.length - 1 ? 1 : shareBeforeStandIns;
    try {
      progress = await advance(chain, progress, link, Math.ceil((end - ports.clock.now()) * share));
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (signal.aborted) throw error;
      const { label } = link;
      ports.log.warn({
        event: 'rerank-skipped',
        corpus: corpus.name,
        reranker: label,
        code: error.code,
        error,
      });
      progress = withFailure(progress, label, error);
    }
  }
  return finishProgress(progress, request.threshold);
}

interface Chain {
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

function firstLink({ name, opened }: FirstReranker): Link {
  if (!(opened instanceof AppError)) return { name, label: opened.modelId, open: async () => opened };
  return { name, label: name ?? 'the default reranker', open: () => Promise.reject(opened) };
}

/** A stand-in is loaded within the deadline; what takes longer is there for the next search. */
function standInLink({ ports, context, request }: Chain, name: string): Link {
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

async function advance(
  { ports, context, request }: Chain,
  progress: RerankProgress,
  link: Link,
  deadlineMs: number,
): Promise<RerankProgress> {
  const { clock, rerankBudget } = ports;
  const { corpus, signal } = context;
  if (deadlineMs < 1) throw new AppError('deadline_exceeded', 'no time was left for it');
  const begin = clock.now();
  const reranker = await link.open(deadlineMs);
  const { modelId } = reranker;
  const { depth } = ports.rerankPlanOf(corpus, link.name);
  const given = progress.waiting.slice(
    0,
    depth === 'whole'
      ? reranker.depth
      : rerankBudget.depthFor(modelId, reranker.depth, request.rerankBudgetMs),
  );
  const start = clock.now();
  const left = Math.max(1, Math.ceil(deadlineMs - (start - begin)));
  const end = rerankBudget.begin(modelId, given.length);
  let outcome: EndedCall['outcome'] = 'failed';
  try {
    const step = await rerankStep(reranker, request.query, given, { deadlineMs: left, signal });
    outcome = 'done';
    return withStep(progress, modelId, step, progress.waiting.slice(given.length));
  } catch (thrown) {
    if (!signal.aborted && AppError.from(thrown).code === 'deadline_exceeded') outcome = 'late';
    throw thrown;
  } finally {
    end({ durationMs: elapsed(clock, start), outcome });
  }
}
