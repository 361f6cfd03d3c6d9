import { AppError, defineJobs, type ErrorCode, type ErrorPart, type LogFields } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Delivery } from './delivery.ts';
import { createRunner } from './runner.ts';

const kind = {
  payload: z.object({ version: z.int(), item: z.string() }),
  id: ({ item }: { item: string }) => `task-${item}`,
  version: 2,
  attempts: 3,
  backoffMs: 1,
  timeoutMs: 10_000,
  concurrency: 1,
};
const catalog = defineJobs({ task: kind, sturdy: { ...kind, maxWorkersLost: 4 } });
const next = [{ name: 'task', payload: { version: 2, item: 'next' } }] as const;

describe('createRunner', () => {
  it.each([
    ['unavailable', 'queue', 'requeue'],
    ['deadline_exceeded', 'queue', 'requeue'],
    ['failed_precondition', 'queue', 'requeue'],
    ['resource_exhausted', 'queue', 'delay'],
    ['internal', 'queue', 'fail'],
    ['failed_precondition', null, 'fail'],
  ] as const)(
    'a job that is done, whose next fails to be put in with %s of part %s, ends in %s',
    async (code, part, end) => {
      const { run, givenUp } = bench(async () => ({ outcome: 'done', next }), errorOf(code, part));
      expect(await run({})).toMatchObject({ kind: end });
      expect(givenUp).toHaveLength(end === 'fail' ? 1 : 0);
    },
  );

  it('parks a payload of a later version for longer each time, up to a minute, and says so aloud once', async () => {
    const { run, logged } = bench(async () => ({ outcome: 'done' }));
    const payload = { version: 3, item: 'a' };
    const waits: number[] = [];
    for (let delays = 0; delays < 6; delays++) {
      const end = await run({ payload, delays });
      expect(end.kind).toBe('park');
      if (end.kind === 'park') waits.push(end.delayMs);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBe(60_000);
    expect(logged).toEqual(['warn job-parked', ...Array(5).fill('debug job-parked')]);
  });

  it.each([
    ['task', 1, 'complete'],
    ['task', 2, 'fail'],
    ['sturdy', 3, 'complete'],
    ['sturdy', 4, 'fail'],
  ])('a %s job that lost %d workers ends in %s', async (name, workersLost, end) => {
    const { run, givenUp } = bench(async () => ({ outcome: 'done' }));
    expect(await run({ name, workersLost })).toMatchObject({ kind: end });
    expect(givenUp).toMatchObject(end === 'fail' ? [{ code: 'internal', context: { workersLost } }] : []);
  });
});

function errorOf(code: ErrorCode, part: ErrorPart | null): AppError {
  return new AppError(code, 'the queue does not take it', part === null ? {} : { part });
}

/** A runner whose queue throws `refusal`, if it is given. */
function bench(work: () => Promise<{ outcome: 'done'; next?: typeof next }>, refusal?: AppError) {
  const givenUp: AppError[] = [];
  const logged: string[] = [];
  const noteAs = (level: string) => (fields: LogFields) => void logged.push(`${level} ${fields.event}`);
  const handler = {
    run: work,
    async giveUp(_: unknown, error: AppError) {
      givenUp.push(error);
      return { outcome: 'done' } as const;
    },
  };
  const run = createRunner(catalog, {
    handlers: { task: handler, sturdy: handler },
    log: { debug: noteAs('debug'), info: noteAs('info'), warn: noteAs('warn'), error: noteAs('error') },
    async enqueue() {
      if (refusal !== undefined) throw refusal;
    },
  });
  const usual: Delivery = {
    name: 'task',
    id: 'task-a',
    payload: { version: 2, item: 'a' },
    attempt: 1,
    delays: 0,
    workersLost: 0,
    signal: new AbortController().signal,
  };
  return { run: (delivery: Partial<Delivery>) => run({ ...usual, ...delivery }), givenUp, logged };
}
