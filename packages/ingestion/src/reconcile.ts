import { isLaneJob } from './lane.ts';
import { missingJobs } from './missing-jobs.ts';
import type { IngestJob, IngestPorts } from './ports.ts';

export interface Reconciled {
  readonly putBack: readonly IngestJob[];
  /** What was missing for the first time: to be given to the next look. */
  readonly suspects: ReadonlySet<string>;
}

/**
 * Brings back what a lost queue took along: for each active run, its plan or a job for each lane that has
 * pending documents and none. Only what was missing in the look before as well, since a job on its way from
 * one state to the next may be missing for an instant.
 * @param suspects of the look before; empty at first.
 */
export async function reconcile(ports: IngestPorts, suspects: ReadonlySet<string>): Promise<Reconciled> {
  const putBack: IngestJob[] = [];
  const nextSuspects = new Set<string>();
  for (const run of await ports.store.runs.active()) {
    for (const job of await missingJobs(ports, run)) {
      const suspect = suspectOf(job);
      if (suspects.has(suspect)) putBack.push(job);
      else nextSuspects.add(suspect);
    }
  }
  if (putBack.length > 0) {
    await ports.queue.enqueue(putBack);
    ports.log.warn({ event: 'jobs-put-back', count: putBack.length });
  }
  return { putBack, suspects: nextSuspects };
}

/** Names what is missing: not the job, whose step is new in each look. */
function suspectOf(job: IngestJob): string {
  const { runId } = job.payload;
  return isLaneJob(job) ? `lane-${runId}-${job.payload.lane}` : `${job.name}-${runId}`;
}
