import { isActive } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import type { RunningRun } from './run-state.ts';

/**
 * Makes a run the one that may write to its generation, unless another one is at it: by compare-and-set on the
 * corpus, so that of two that start at once one wins.
 * @returns whether it is.
 */
export async function claimGeneration(
  { store }: Pick<IngestPorts, 'store'>,
  { run, corpus, generation }: RunningRun,
): Promise<boolean> {
  const key = String(generation.number);
  const before = corpus.activeRuns[key];
  if (before === run.runId) return true;
  if (before !== undefined) {
    const other = await store.runs.get(before);
    if (other !== null && isActive(other)) return false;
  }
  const claimed = await store.corpora.update(corpus, (current) =>
    current.activeRuns[key] === before
      ? { ...current, activeRuns: { ...current.activeRuns, [key]: run.runId } }
      : null,
  );
  return claimed.activeRuns[key] === run.runId;
}
