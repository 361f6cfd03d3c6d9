import type { JobCatalog, JobHandlers, JobOf } from '../jobs.ts';
import type { Logger } from '../logger.ts';

/** Jobs of one catalog. May be lost as a whole at any moment: reconcile puts back what matters. */
export interface JobQueue<Catalog extends JobCatalog> {
  /**
   * Puts jobs in. A job whose id is waiting, delayed or active already is not put in twice.
   * @throws AppError `invalid_argument` if a payload does not fit its schema or is over 16 KiB.
   */
  enqueue(jobs: readonly JobOf<Catalog>[]): Promise<void>;
  /** Jobs that are waiting, delayed or active, of any worker. A job between two states may be missing for an instant. */
  unfinished(): Promise<readonly JobOf<Catalog>[]>;
  /** How many jobs of each kind are waiting, delayed or active. Cheap, and about right. */
  counts(): Promise<Readonly<Record<keyof Catalog & string, number>>>;
  /**
   * Jobs that this version does not understand, such as those of a newer one: they stay until somebody comes who
   * does.
   */
  parked(): Promise<readonly ParkedJob[]>;
  /**
   * Takes or keeps the lead among all processes on this queue. One that is lost leads to two for an instant, so
   * whatever the leader does must be safe to do twice.
   * @returns whether the caller leads, for `ttlMs` from now.
   */
  lead(ttlMs: number): Promise<boolean>;
  /** Resolves if the queue answers and its settings keep jobs safe. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A job that nobody here can run. */
export interface ParkedJob {
  readonly name: string;
  readonly id: string;
  /** As the payload says it; null where it says none. */
  readonly version: number | null;
}

/** Takes jobs of every kind in the catalog, and runs them. */
export interface JobWorker {
  start(): Promise<void>;
  /**
   * Stops taking jobs, waits for running ones up to `graceMs`, then aborts them: they go back to wait and
   * spend no attempt.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
  /**
   * Whether jobs flow through this worker: a job of its own came round within the last minute. A connection that is
   * up proves nothing.
   */
  isAlive(): boolean;
}

export interface JobWorkerOptions<Catalog extends JobCatalog> {
  readonly handlers: JobHandlers<Catalog>;
  readonly log: Logger;
}

/** The two ends of a queue over one backend. */
export interface JobSystem<Catalog extends JobCatalog> {
  readonly queue: JobQueue<Catalog>;
  createWorker(options: JobWorkerOptions<Catalog>): JobWorker;
}
