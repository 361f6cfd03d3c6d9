import type { Backfill, Run, RunId } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';

/**
 * Changes what a running run has recorded of its batches, by compare-and-set. A run that has ended stays as it
 * is.
 * @param change returns null to leave it so. May be called more than once.
 * @returns the run as it now is.
 */
export async function changeBackfill(
  { store }: IngestPorts,
  runId: RunId,
  change: (backfill: Backfill) => Backfill | null,
): Promise<Run> {
  return await store.runs.update(runId, (run) => {
    if (run.state !== 'running' || run.backfill === undefined) return null;
    const backfill = change(run.backfill);
    return backfill === null ? null : { ...run, backfill };
  });
}
