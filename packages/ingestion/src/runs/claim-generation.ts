import { type Corpus, isActive, type Run } from '@winnow/core';
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
    current.activeRuns[key] === before && isFor(run, current)
      ? { ...current, activeRuns: { ...current.activeRuns, [key]: run.runId } }
      : null,
  );
  return claimed.activeRuns[key] === run.runId;
}

/** Readers may have been switched, or the build given up, since the run was thought of. */
function isFor({ kind, generation }: Run, corpus: Corpus): boolean {
  if (kind !== 'reindex') return corpus.liveGeneration === generation;
  return corpus.generations.some(({ number, state }) => number === generation && state === 'building');
}
