import type { Run, RunId } from '@winnow/core';
import { isPostponed } from '../planning/scan-passes.ts';
import type { IngestPorts } from '../ports.ts';
import { endRun } from './run-state.ts';

/**
 * Ends a run that has nothing left to do but to wait for sources that do not answer, for a new one that goes through the
 * others too: what it waited for is the new one's to wait for. A run with something of its own (a plan file, a budget,
 * batches, approved deletions, what is made anew) stays, and so does one that waits for anything else.
 * @returns whether it has ended by this.
 */
export async function giveWay(ports: IngestPorts, runId: RunId): Promise<boolean> {
  const run = await ports.store.runs.get(runId);
  if (run === null || !isPlain(run) || !hasOnlyToWait(run)) return false;
  const reason = `a scheduled run took its place; it waited: ${run.waiting?.message}`;
  const ended = await endRun(ports, run, 'canceled', { reason });
  return ended.state === 'canceled';
}

function isPlain(run: Run): boolean {
  const { kind, bound, budget, approvedDeletions, remake, fromText, backfill } = run;
  const wishes = [bound, budget, approvedDeletions, backfill ?? null];
  return kind === 'sync' && !remake && fromText !== true && wishes.every((wish) => wish === null);
}

/** While it plans, a run waits once all else is done; while it works, its last lane does. */
function hasOnlyToWait(run: Run): boolean {
  if (run.waiting?.reason !== 'source_away') return false;
  return run.state === 'running' || (run.state === 'planning' && isPostponed(run));
}
