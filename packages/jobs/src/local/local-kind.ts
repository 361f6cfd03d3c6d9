import type { Settlement } from '../settlement.ts';

/** A job held in memory. */
export interface LocalJob {
  readonly name: string;
  readonly id: string;
  /** The parsed payload as JSON, so that a handler cannot reach into the producer's objects. */
  readonly json: string;
  /** Tries spent. */
  readonly attemptsMade: number;
}

/** The jobs of one kind, of which each id is there at most once. Announces whenever one may be taken. */
export interface LocalKind {
  /** Puts a job in at the end, unless its id is unfinished. */
  add(job: LocalJob): void;
  /** Takes the first waiting job, or null if none waits or the kind is paused. */
  take(): LocalJob | null;
  settle(job: LocalJob, settlement: Settlement): void;
  unfinished(): readonly LocalJob[];
  /** Forgets all jobs, stops all timers, and takes no more. */
  close(): void;
}

/** @param announce called when a job became ready to be taken. */
export function createLocalKind(announce: () => void): LocalKind {
  const unfinished = new Map<string, LocalJob>();
  const waiting: LocalJob[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let pauses = 0;
  let closed = false;

  return {
    add(job) {
      if (closed || unfinished.has(job.id)) return;
      unfinished.set(job.id, job);
      waiting.push(job);
      announce();
    },
    take() {
      if (pauses > 0) return null;
      return waiting.shift() ?? null;
    },
    settle(job, settlement) {
      if (closed) return;
      switch (settlement.kind) {
        case 'complete':
        case 'fail':
          unfinished.delete(job.id);
          break;
        case 'retry': {
          const again = { ...job, attemptsMade: job.attemptsMade + 1 };
          unfinished.set(job.id, again);
          later(settlement.delayMs, () => waiting.push(again));
          break;
        }
        case 'pause':
          waiting.unshift(job);
          pauses += 1;
          later(settlement.delayMs, () => {
            pauses -= 1;
          });
          break;
        case 'requeue':
          waiting.unshift(job);
          break;
      }
      announce();
    },
    unfinished: () => [...unfinished.values()],
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      unfinished.clear();
      waiting.length = 0;
    },
  };

  function later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
      announce();
    }, delayMs);
    timers.add(timer);
  }
}
