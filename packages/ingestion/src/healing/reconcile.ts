import { AppError, type Run } from '@winnow/core';
import { freshChains, isLaneJob, laneJob } from '../lanes/lane.ts';
import type { IngestJob, IngestPorts } from '../ports.ts';
import { missingJobs } from './missing-jobs.ts';

export interface Reconciled {
  readonly putBack: readonly IngestJob[];
  /** What was missing for the first time: to be given to the next look. */
  readonly suspects: ReadonlySet<string>;
}

/**
 * Brings back what a lost queue took along: for each active run, its plan or a job for each lane that has not come to
 * its end and has none. Only what was missing in the look before as well, since a job on its way from one state to
 * the next may be missing for an instant. One picture of the queue serves all runs, and a run that cannot be looked
 * at keeps no other from being healed.
 * @param suspects of the look before; empty at first.
 */
export async function reconcile(ports: IngestPorts, suspects: ReadonlySet<string>): Promise<Reconciled> {
  const active = await ports.store.runs.active();
  const unfinished = active.length === 0 ? [] : await ports.queue.unfinished();
  const putBack: IngestJob[] = [];
  const nextSuspects = new Set<string>();
  for (const run of active) {
    try {
      const missing = await missingJobs(ports, run, unfinished);
      for (const job of missing) {
        if (!suspects.has(suspectOf(job))) nextSuspects.add(suspectOf(job));
      }
      const lost = missing.filter((job) => suspects.has(suspectOf(job)));
      const fresh = await withFreshChains(ports, run, lost);
      if (fresh.length > 0) await ports.queue.enqueue(fresh);
      putBack.push(...fresh);
    } catch (thrown) {
      const { code, message } = AppError.from(thrown);
      ports.log.warn({ event: 'run-not-reconciled', runId: run.runId, code, message });
    }
  }
  if (putBack.length > 0) ports.log.warn({ event: 'jobs-put-back', count: putBack.length });
  return { putBack, suspects: nextSuspects };
}

/**
 * A lane begins a new chain, so that of two jobs for it, should the old one be there after all, one is overtaken.
 * Where the queue is lost with its process, a document may be what brought that down; else it is no document's fault.
 */
async function withFreshChains(
  { store, queueOutlivesProcess }: IngestPorts,
  run: Run,
  jobs: readonly IngestJob[],
): Promise<readonly IngestJob[]> {
  const laneNumbers = jobs.filter(isLaneJob).map(({ payload }) => payload.lane);
  if (laneNumbers.length === 0) return jobs;
  const fresh = await store.runs.update(run.runId, (current) =>
    current.state === 'running'
      ? {
          ...current,
          chains: current.chains.map((chain, lane) =>
            laneNumbers.includes(lane) ? (freshChains([chain])[0] ?? chain) : chain,
          ),
        }
      : null,
  );
  if (fresh.state !== 'running') return [];
  return [
    ...jobs.filter((job) => !isLaneJob(job)),
    ...laneNumbers.flatMap((lane) => laneJob(fresh, lane, { forgive: queueOutlivesProcess }) ?? []),
  ];
}

/** Names what is missing: not the job, whose chain is new in each look. */
function suspectOf(job: IngestJob): string {
  const { runId } = job.payload;
  return isLaneJob(job) ? `lane-${runId}-${job.payload.lane}` : `${job.name}-${runId}`;
}
