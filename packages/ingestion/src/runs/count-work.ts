import { AppError, type Run, type RunCounts, type RunId } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';

/** What is added to a run's counts; may be negative. */
export type MoreCounts = Partial<RunCounts>;

/**
 * Adds to what a run has done so far. Following a run reads these counts and nothing else; at its end they are
 * replaced by what the manifest says, so that one which was lost with its worker does no harm.
 */
export async function countWork(
  { store, log }: Pick<IngestPorts, 'store' | 'log'>,
  runId: RunId,
  more: MoreCounts,
): Promise<void> {
  try {
    await store.runs.update(runId, (run) => ({ ...run, counts: addCounts(run.counts, more) }));
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    log.warn({ event: 'counts-not-kept', runId, code, message });
  }
}

export function addCounts(counts: RunCounts, more: MoreCounts): RunCounts {
  const sum = { ...counts };
  for (const [name, count] of Object.entries(more) as [keyof RunCounts, number][]) {
    sum[name] = Math.max(0, counts[name] + count);
  }
  return sum;
}

/** Documents that a run still has to work on. */
export function pendingOf({ counts }: Pick<Run, 'counts'>): number {
  return Math.max(0, counts.accepted - counts.new - counts.changed - counts.failed);
}
