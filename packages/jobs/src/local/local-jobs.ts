import { AppError, type JobCatalog, type JobQueue, type JobSystem } from '@winnow/core';
import { checkCatalog, parkedOf, prepareJobs, readJob } from '../prepare-jobs.ts';
import { createLocalKind, type LocalKind } from './local-kind.ts';
import { createLocalWorker } from './local-worker.ts';

/**
 * Jobs in this process: the same rules as the queue in Redis, without its durability. Nothing is lost by
 * that which a flushed Redis would not lose: the manifest is the truth and reconcile puts the rest back.
 *
 * @throws AppError `invalid_argument` if the catalog holds a kind that no queue can run.
 */
export function createLocalJobs<Catalog extends JobCatalog>(catalog: Catalog): JobSystem<Catalog> {
  checkCatalog(catalog);
  const listeners = new Set<() => void>();
  const announce = () => {
    for (const listener of listeners) listener();
  };
  const kinds: ReadonlyMap<string, LocalKind> = new Map(
    Object.keys(catalog).map((name) => [name, createLocalKind(announce)]),
  );
  const queue = createLocalQueue(catalog, kinds);
  return {
    queue,
    createWorker: (options) => createLocalWorker(catalog, { ...options, kinds, listeners, queue }),
  };
}

function createLocalQueue<Catalog extends JobCatalog>(
  catalog: Catalog,
  kinds: ReadonlyMap<string, LocalKind>,
): JobQueue<Catalog> {
  let closed = false;
  return {
    async enqueue(jobs) {
      if (closed) throw new AppError('unavailable', 'the job queue is closed', { part: 'queue' });
      for (const job of prepareJobs(catalog, jobs))
        kinds.get(job.name)?.add({ ...job, attemptsMade: 0, delays: 0 });
    },
    async unfinished() {
      const jobs = [...kinds.values()].flatMap((kind) => kind.unfinished());
      return jobs.flatMap(({ name, json }) => readJob(catalog, name, JSON.parse(json)));
    },
    async counts() {
      const counts = [...kinds].map(([name, kind]) => [name, kind.unfinished().length]);
      // One entry for each kind of the catalog, as `kinds` has.
      return Object.fromEntries(counts) as Record<keyof Catalog & string, number>;
    },
    async parked() {
      const jobs = [...kinds.values()].flatMap((kind) => kind.unfinished());
      return parkedOf(
        catalog,
        jobs.map(({ name, id, json }) => ({ name, id, payload: JSON.parse(json) as unknown })),
      );
    },
    // Nobody else is on this queue.
    lead: async () => !closed,
    async check(signal) {
      if (signal.aborted) throw AppError.from(signal.reason);
    },
    async close() {
      closed = true;
      for (const kind of kinds.values()) kind.close();
    },
  };
}
