import type { Run } from '@winnow/core';
import { freshChains, planJob } from '../lanes/lane.ts';
import type { IngestPorts } from '../ports.ts';
import { released } from '../waiting/hold-run.ts';
import { isPostponed, nextPass, planAnew } from './scan-passes.ts';

/** Has a run whose documents are all done come back to the sources that were not there. */
export async function scanPostponed(ports: IngestPorts, { runId }: Run): Promise<void> {
  const next = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running') return null;
    return {
      ...current,
      state: 'planning',
      chains: freshChains(current.chains.map(Math.abs)),
      plan: nextPass(current.plan, current.changes.deleted),
      ...(current.backfill !== undefined && { backfill: { ...current.backfill, state: 'submitting' } }),
    };
  });
  if (next.state !== 'planning') return;
  await ports.queue.enqueue([planJob(next)]);
  ports.log.info({ event: 'postponed-sources-looked-at', runId });
}

/**
 * Has a run that has nothing left but sources which are not there go through all of them once more, for what is new in
 * the others. Any other run goes on as it is.
 */
export async function scanOthersAgain(ports: IngestPorts, run: Run): Promise<void> {
  if (!waitsForPostponed(run)) return;
  const now = ports.now();
  const next = await ports.store.runs.update(run.runId, (current) => {
    if (!waitsForPostponed(current)) return null;
    return planAnew(released(current, now));
  });
  await ports.queue.enqueue([planJob(next)]);
}

function waitsForPostponed(run: Run): boolean {
  return (
    run.state === 'planning' &&
    run.kind === 'sync' &&
    run.bound === null &&
    run.waiting?.reason === 'source_away' &&
    isPostponed(run)
  );
}
