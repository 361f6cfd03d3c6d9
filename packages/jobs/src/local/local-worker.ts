import {
  type JobCatalog,
  type JobQueue,
  type JobWorker,
  type JobWorkerOptions,
  settledWithin,
} from '@winnow/core';
import { createRunner } from '../runner.ts';
import type { LocalJob, LocalKind } from './local-kind.ts';

export interface LocalWorkerOptions<Catalog extends JobCatalog> extends JobWorkerOptions<Catalog> {
  readonly kinds: ReadonlyMap<string, LocalKind>;
  /** Called whenever a job may be ready. */
  readonly listeners: Set<() => void>;
  readonly queue: JobQueue<Catalog>;
}

/** Takes jobs of every kind as long as fewer than the kind's `concurrency` are running in this worker. */
export function createLocalWorker<Catalog extends JobCatalog>(
  catalog: Catalog,
  { kinds, listeners, queue, ...options }: LocalWorkerOptions<Catalog>,
): JobWorker {
  const run = createRunner(catalog, { ...options, enqueue: (jobs) => queue.enqueue(jobs) });
  let soon = false;
  const shutdown = new AbortController();
  const running = new Map<string, Set<Promise<void>>>([...kinds.keys()].map((name) => [name, new Set()]));

  return {
    async start() {
      listeners.add(takeSoon);
      for (const kind of kinds.values()) kind.wakeParked();
      takeSoon();
    },
    async close({ graceMs }) {
      listeners.delete(takeSoon);
      if (await settledWithin(idle(), graceMs)) return;
      shutdown.abort();
      await idle();
    },
    // Its jobs flow as long as this process' own event loop turns, which who asks has just seen.
    isAlive: () => listeners.has(takeSoon),
  };

  /** In a later turn of the event loop: not inside the producer's call, and never ahead of I/O and timers. */
  function takeSoon(): void {
    if (soon) return;
    soon = true;
    setImmediate(takeJobs);
  }

  function takeJobs(): void {
    soon = false;
    if (!listeners.has(takeSoon)) return;
    for (const [name, kind] of kinds) {
      const ofKind = running.get(name) ?? new Set();
      while (ofKind.size < (catalog[name]?.concurrency ?? 0)) {
        const job = kind.take();
        if (job === null) break;
        const work = runJob(kind, job).finally(() => {
          ofKind.delete(work);
          takeSoon();
        });
        ofKind.add(work);
      }
    }
  }

  async function runJob(kind: LocalKind, job: LocalJob): Promise<void> {
    const { name, id, json, attemptsMade, delays } = job;
    const attempt = attemptsMade + 1;
    const payload: unknown = JSON.parse(json);
    kind.settle(
      job,
      await run({ name, id, payload, attempt, delays, workersLost: 0, signal: shutdown.signal }),
    );
  }

  async function idle(): Promise<void> {
    await Promise.all([...running.values()].flatMap((ofKind) => [...ofKind]));
  }
}
