import { randomBytes } from 'node:crypto';
import {
  AppError,
  type Corpus,
  isActive,
  laneCount,
  liveRef,
  noChanges,
  noCounts,
  type Run,
  type RunCounts,
  type RunId,
  runVersion,
  type Store,
} from '@winnow/core';
import type { EndLine } from './archive-format.ts';

/** The run of a restore, as it begins. No job works on it: its lanes have nothing to do. */
export function newRestoreRun(corpus: Corpus, runId: RunId, end: EndLine, startedAt: Date): Run {
  const { corpus: name, generation, physicalName } = liveRef(corpus);
  return {
    version: runVersion,
    runId,
    kind: 'restore',
    corpus: name,
    corpusId: corpus.corpusId,
    generation,
    physicalName,
    scope: null,
    remake: false,
    state: 'running',
    waiting: null,
    waited: [],
    plan: {
      phase: 'done',
      step: 0,
      source: 0,
      after: null,
      listed: end.documents,
      uncovered: [],
      gone: 0,
    },
    changes: { ...noChanges, new: end.searchable },
    withheld: null,
    approvedDeletions: null,
    budget: null,
    bound: null,
    counts: { ...noCounts, accepted: end.documents },
    chains: Array.from({ length: laneCount }, () => -1),
    inbox: null,
    reason: null,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
  };
}

/** Sorts by time and reads well, as the ids of all runs do. */
export function restoreRunId(time: Date): RunId {
  const stamp = time.toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}` as RunId;
}

/**
 * Notes how far a restore is.
 * @throws AppError `canceled` where somebody has ended the run meanwhile.
 */
export async function noteProgress(
  { runs }: Pick<Store, 'runs'>,
  runId: RunId,
  counts: RunCounts,
): Promise<void> {
  const run = await runs.update(runId, (current) => (isActive(current) ? { ...current, counts } : null));
  if (isActive(run)) return;
  throw new AppError('canceled', `run ${runId} was ended: ${run.reason ?? run.state}`);
}

/** Ends the run of a restore, unless it has ended. */
export async function endRestoreRun(
  { runs }: Pick<Store, 'runs'>,
  runId: RunId,
  end: Pick<Run, 'state' | 'reason' | 'finishedAt'> & Partial<Pick<Run, 'counts' | 'inbox'>>,
): Promise<void> {
  await runs.update(runId, (current) => (isActive(current) ? { ...current, ...end } : null));
}
