import type { JobHandlers, JobQueue, JobSystem, JobWorker, LogFields, Logger } from '@winnow/core';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { handlersWith, type SuiteJobs, strictSchema, suiteJobs, versions } from './suite-jobs.ts';

/** Opens a system that no other test sees. Its queue is closed by the suite. */
export type CreateJobSystem = (catalog: SuiteJobs) => Promise<JobSystem<SuiteJobs>>;

export interface JobBench {
  readonly queue: JobQueue<SuiteJobs>;
  /** Starts a worker with these handlers; the kinds left out are done at once. Closed after the test. */
  work(handlers: Partial<JobHandlers<SuiteJobs>>): Promise<JobWorker>;
  /** Every line that workers have logged so far. */
  readonly logged: readonly LogFields[];
  /** Resolves once no job is unfinished. */
  drained(): Promise<void>;
}

/** A fresh system for each test; what the test leaves open is closed after it. */
export function benchPerTest(create: CreateJobSystem): () => JobBench {
  let system: JobSystem<SuiteJobs>;
  let workers: JobWorker[] = [];
  let logged: LogFields[] = [];

  beforeEach(async () => {
    strictSchema.accepts = true;
    versions.newest = 2;
    logged = [];
    system = await create(suiteJobs);
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close({ graceMs: 0 })));
    workers = [];
    await system.queue.close();
  });

  return () => ({
    queue: system.queue,
    logged,
    async work(handlers) {
      const worker = system.createWorker({ handlers: handlersWith(handlers), log: loggerTo(logged) });
      workers.push(worker);
      await worker.start();
      return worker;
    },
    drained: () => eventually(async () => expect(await system.queue.unfinished()).toEqual([])),
  });
}

/** Waits for an expectation to hold: a deadline against hanging, not a claim of speed. */
export async function eventually(expectation: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(expectation, { timeout: 30_000, interval: 10 });
}

/** A promise that a test resolves by hand. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Rejects as an aborted call does, once the signal is aborted; never resolves. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

export const done = { outcome: 'done' } as const;

/** What a handler does that only notes that it was called. */
export function noted<T>(list: T[], item: T): typeof done {
  list.push(item);
  return done;
}

function loggerTo(lines: LogFields[]): Logger {
  const note = (fields: LogFields) => void lines.push(fields);
  return { debug: note, info: note, warn: note, error: note };
}
