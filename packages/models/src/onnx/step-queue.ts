/** Work in small steps, with a rank: 0 goes first. */
export interface SteppedJob {
  readonly id: number;
  readonly rank: number;
  readonly steps: readonly (() => Promise<void>)[];
  /** Called after the last step. */
  readonly done: () => void;
  /** Called once if a step fails; the rest of the steps is dropped. */
  readonly failed: (error: unknown) => void;
}

export interface StepQueue {
  add(job: SteppedJob): void;
  /** Drops what is left of a job; neither `done` nor `failed` is called. Unknown ids: nothing happens. */
  cancel(id: number): void;
}

/**
 * Runs steps one at a time, always of the job with the lowest rank, among equals of the oldest: a long job
 * gives way between two steps.
 */
export function createStepQueue(): StepQueue {
  const waiting: (SteppedJob & { next: number })[] = [];
  let running = false;

  const remove = (id: number) => {
    const index = waiting.findIndex((job) => job.id === id);
    if (index >= 0) waiting.splice(index, 1);
    return index >= 0;
  };

  const run = async () => {
    running = true;
    for (let job = firstOf(waiting); job !== undefined; job = firstOf(waiting)) {
      try {
        await job.steps[job.next]?.();
        job.next += 1;
        if (job.next >= job.steps.length && remove(job.id)) job.done();
      } catch (error) {
        if (remove(job.id)) job.failed(error);
      }
    }
    running = false;
  };

  return {
    add(job) {
      waiting.push({ ...job, next: 0 });
      if (!running) void run();
    },
    cancel: remove,
  };
}

function firstOf<Job extends SteppedJob>(jobs: readonly Job[]): Job | undefined {
  let first = jobs[0];
  for (const job of jobs) if (first !== undefined && job.rank < first.rank) first = job;
  return first;
}
