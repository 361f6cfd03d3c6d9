import type { JobCatalog, JobSystem, Logger } from '@winnow/core';
import { checkCatalog } from '../prepare-jobs.ts';
import { createBullQueue } from './bull-queue.ts';
import { createBullWorker } from './bull-worker.ts';
import type { ProbeTimes } from './probe.ts';

export interface BullJobsOptions {
  /** `redis://`, `rediss://` or `redis+sentinel://`; redis-url.ts says what may be in it. */
  readonly redisUrl: string;
  /** Every key begins with it; systems with different prefixes do not see each other. */
  readonly prefix: string;
  /**
   * A job whose worker shows no sign of life for this long is taken by another one, which may take as long
   * again to notice. Below 30 s only for tests: a busy event loop must not look like a dead worker.
   */
  readonly lockDurationMs?: number;
  /** How a worker finds out that it is alive. For tests. */
  readonly probeTimes?: ProbeTimes;
  readonly log: Logger;
}

/**
 * Jobs in Redis, shared by any number of processes.
 * @throws AppError `invalid_argument` if the catalog holds a kind that no queue can run, or the URL is none.
 */
export function createBullJobs<Catalog extends JobCatalog>(
  catalog: Catalog,
  { redisUrl, prefix, lockDurationMs = 30_000, probeTimes, log }: BullJobsOptions,
): JobSystem<Catalog> {
  checkCatalog(catalog);
  const queue = createBullQueue(catalog, { redisUrl, prefix, log });
  return {
    queue,
    createWorker: (options) =>
      createBullWorker(catalog, {
        ...options,
        ...(probeTimes !== undefined && { probeTimes }),
        redisUrl,
        prefix,
        lockDurationMs,
        queue,
      }),
  };
}
