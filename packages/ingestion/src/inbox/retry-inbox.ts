import { AppError, type Budget, type Corpus, type RunScope } from '@winnow/core';
import type { CorpusPlan, PlanOptions } from '../planning/corpus-plan.ts';
import { planCorpus } from '../planning/plan-corpus.ts';
import type { IngestPorts } from '../ports.ts';
import { type StartedRun, startRun } from '../runs/start-run.ts';
import { type InboxSelection, selectedEntries } from './inbox-selection.ts';

export interface RetryOptions {
  readonly budget?: Budget;
  /** Called when it is known that a run will be started. */
  readonly beforeStart?: () => Promise<void>;
}

/**
 * Starts a run that takes up documents of the inbox again, whatever they failed for.
 * @throws AppError `failed_precondition` where nothing is selected, or another run is under way; `invalid_argument`
 * for more than 1,000 names.
 */
export async function retryInbox(
  ports: IngestPorts,
  corpus: Corpus,
  which: InboxSelection,
  { budget, beforeStart }: RetryOptions = {},
): Promise<StartedRun> {
  const scope = await requireScope(ports, corpus, which);
  await beforeStart?.();
  return await startRun(ports, corpus.name, {
    kind: 'retry',
    ...(scope !== null && { scope }),
    ...(budget !== undefined && { budget }),
  });
}

/**
 * What {@link retryInbox} would do, and what it would cost; nothing is changed.
 * @throws AppError as `retryInbox` and `planCorpus`.
 */
export async function planRetry(
  ports: IngestPorts,
  corpus: Corpus,
  which: InboxSelection,
  options: Pick<PlanOptions, 'onChanges' | 'onProgress'>,
  signal: AbortSignal,
): Promise<CorpusPlan> {
  const scope = await requireScope(ports, corpus, which);
  return await planCorpus(
    ports,
    corpus,
    { ...options, kind: 'retry', ...(scope !== null && { scope }) },
    signal,
  );
}

/** Null where the run is about all of the inbox. */
async function requireScope(
  ports: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  which: InboxSelection,
): Promise<RunScope | null> {
  const first = await selectedEntries(ports, corpus, which, 1).next();
  if (first.done === true || first.value.length === 0) throw nothing(corpus, which);
  const { cause, documentIds } = which;
  if (cause === undefined && documentIds === undefined) return null;
  return {
    ...(cause !== undefined && { cause }),
    ...(documentIds !== undefined && { documentIds: first.value.map(({ documentId }) => documentId) }),
  };
}

function nothing({ name }: Corpus, { cause, documentIds }: InboxSelection): AppError {
  const of = cause === undefined ? '' : ` of cause ${cause}`;
  const message =
    documentIds === undefined
      ? `there is nothing${of} in the inbox of ${name}`
      : `none of the ${documentIds.length} documents is in the inbox of ${name}${of}`;
  return new AppError('failed_precondition', message);
}
