import type { Settlement } from '../settlement.ts';

/** A job held in memory. */
export interface LocalJob {
  readonly name: string;
  readonly id: string;
  /** The parsed payload as JSON, so that a handler cannot reach into the producer's objects. */
  readonly json: string;
  /** Tries spent. */
  readonly attemptsMade: number;
  /** How often it was put off. */
  readonly delays: number;
}

/** The jobs of one kind, of which each id is there at most once. Announces whenever one may be taken. */
export interface LocalKind {
  /** Puts a job in at the end, unless its id is unfinished. */
  add(job: LocalJob): void;
  /** Takes the first waiting job, or null if none waits. */
  take(): LocalJob | null;
  settle(job: LocalJob, settlement: Settlement): void;
  /** Makes parked jobs ready to be taken now. */
  wakeParked(): void;
  unfinished(): readonly LocalJob[];
  /** Forgets all jobs, stops all timers, and takes no more. */
  close(): void;
}

/** @param announce called when a job became ready to be taken. */
export function createLocalKind(announce: () => void): LocalKind {
  const unfinished = new Map<string, LocalJob>();
  const waiting: LocalJob[] = [];
  const timers = new Set<NodeJS.Timeout>();
  /** What makes each parked job ready. */
  const parked = new Set<() => void>();
  let closed = false;

  return {
    add(job) {
      if (closed || unfinished.has(job.id)) return;
      unfinished.set(job.id, job);
      waiting.push(job);
      announce();
    },
    take: () => waiting.shift() ?? null,
    settle(job, settlement) {
      if (closed) return;
      switch (settlement.kind) {
        case 'complete':
        case 'fail':
          unfinished.delete(job.id);
          break;
        case 'retry':
          putBack({ ...job, attemptsMade: job.attemptsMade + 1 }, settlement.delayMs);
          break;
        case 'delay':
          putBack({ ...job, delays: job.delays + 1 }, settlement.delayMs);
          break;
        case 'park':
          parked.add(putBack({ ...job, delays: job.delays + 1 }, settlement.delayMs));
          break;
        case 'requeue':
          waiting.unshift(job);
          break;
      }
      announce();
    },
    wakeParked() {
      for (const wake of parked) wake();
    },
    unfinished: () => [...unfinished.values()],
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      parked.clear();
      unfinished.clear();
      waiting.length = 0;
    },
  };

  /** @returns ends the wait before its time. */
  function putBack(job: LocalJob, delayMs: number): () => void {
    unfinished.set(job.id, job);
    const timer = setTimeout(wake, delayMs);
    timers.add(timer);
    return wake;

    function wake(): void {
      clearTimeout(timer);
      timers.delete(timer);
      parked.delete(wake);
      waiting.push(job);
      announce();
    }
  }
}
