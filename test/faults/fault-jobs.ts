import { defineJobs } from '@winnow/core';
import { z } from 'zod';

const payload = z.object({ item: z.string() });

/**
 * `task`, which the tests trouble; `sturdy`, which is like it but may lose more workers; and `neighbour`, which must
 * not notice.
 */
export const faultJobs = defineJobs({
  task: {
    payload,
    id: ({ item }) => `task-${item}`,
    attempts: 2,
    backoffMs: 10,
    timeoutMs: 600_000,
    concurrency: 2,
  },
  sturdy: {
    payload,
    id: ({ item }) => `sturdy-${item}`,
    attempts: 2,
    backoffMs: 10,
    timeoutMs: 600_000,
    concurrency: 2,
    maxWorkersLost: 3,
  },
  neighbour: {
    payload,
    id: ({ item }) => `neighbour-${item}`,
    attempts: 2,
    backoffMs: 10,
    timeoutMs: 600_000,
    concurrency: 2,
  },
});

export type FaultJobs = typeof faultJobs;

/** Short, so that a dead worker's job is taken over soon. */
export const lockDurationMs = 1_000;

/** What a troubled worker process tells its parent. */
export interface WorkerMessage {
  readonly state: 'ready' | 'started' | 'aborted';
  readonly item: string;
}
