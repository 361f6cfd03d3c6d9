import { defineJobs, type JobHandlers } from '@winnow/core';
import { z } from 'zod';

const payload = z.object({ item: z.string(), note: z.string().optional() });

/** Small numbers everywhere: a suite must not wait long for a second try. */
const quick = { payload, backoffMs: 10, timeoutMs: 30_000 };

/** The schema of `strict` jobs as it is now; a test turns it off to stand for a newer version of the code. */
export const strictSchema = { accepts: true };

/** The newest version of `versioned` payloads that the code understands as it is now; a test turns back time. */
export const versions = { newest: 2 };

/** Version 1 did not count pages. */
const versionedPayload = z.preprocess(
  (given) => {
    const old = z.object({ version: z.literal(1), item: z.string() }).safeParse(given);
    return old.success && versions.newest > 1 ? { ...old.data, version: 2, pages: 1 } : given;
  },
  z.object({
    // What a later version looks like is not known: this one is so lenient that it would take it for its own.
    version: z.int(),
    item: z.string(),
    pages: z.int().optional(),
  }),
);

/** A chain of three kinds, and kinds that differ from them in one number each. */
export const suiteJobs = defineJobs({
  first: { ...quick, id: ({ item }) => `first-${item}`, attempts: 3, concurrency: 2 },
  second: { ...quick, id: ({ item }) => `second-${item}`, attempts: 3, concurrency: 2 },
  third: { ...quick, id: ({ item }) => `third-${item}`, attempts: 3, concurrency: 2 },
  single: { ...quick, id: ({ item }) => `single-${item}`, attempts: 1, concurrency: 1 },
  slow: { ...quick, id: ({ item }) => `slow-${item}`, attempts: 3, concurrency: 1, backoffMs: 600_000 },
  hasty: { ...quick, id: ({ item }) => `hasty-${item}`, attempts: 2, concurrency: 1, timeoutMs: 50 },
  bare: { ...quick, id: ({ item }) => item, attempts: 1, concurrency: 1 },
  strict: {
    ...quick,
    payload: payload.refine(() => strictSchema.accepts, 'no longer accepted'),
    id: ({ item }) => `strict-${item}`,
    attempts: 3,
    concurrency: 1,
  },
  versioned: {
    ...quick,
    payload: versionedPayload,
    id: ({ item, pages }) => `versioned-${item}-${pages ?? 'all'}`,
    get version() {
      return versions.newest;
    },
    attempts: 1,
    concurrency: 1,
  },
});

export type SuiteJobs = typeof suiteJobs;

/** Handlers that are done at once, but for those given. */
export function handlersWith(given: Partial<JobHandlers<SuiteJobs>>): JobHandlers<SuiteJobs> {
  const idle = { run: async () => ({ outcome: 'done' as const }) };
  return {
    first: idle,
    second: idle,
    third: idle,
    single: idle,
    slow: idle,
    hasty: idle,
    bare: idle,
    strict: idle,
    versioned: idle,
    ...given,
  };
}
