import { AppError, type ErrorCode } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { benchPerTest, type CreateJobSystem, done, eventually, noted, untilAborted } from './harness.ts';

const lasting: readonly ErrorCode[] = ['invalid_argument', 'not_found', 'failed_precondition', 'internal'];

export function describeFailures(create: CreateJobSystem): void {
  describe('failures', () => {
    const bench = benchPerTest(create);

    it('tries again what may pass, and counts the tries', async () => {
      const { queue, work, drained, logged } = bench();
      let tries = 0;
      await work({
        first: {
          async run() {
            tries += 1;
            if (tries < 3) throw new AppError('unavailable', 'not yet');
            return done;
          },
        },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      expect(tries).toBe(3);
      await eventually(() => {
        const lines = logged.filter(({ event }) => event.startsWith('job-'));
        expect(lines.map(({ event, attempt }) => [event, attempt])).toEqual([
          ['job-failed', 1],
          ['job-failed', 2],
          ['job-done', 3],
        ]);
      });
    });

    it('gives up after the last try, tells the handler once, and goes on with what follows', async () => {
      const { queue, work, drained } = bench();
      const events: string[] = [];
      await work({
        first: {
          async run() {
            events.push('try');
            throw new AppError('unavailable', 'never');
          },
          async giveUp({ item }, error) {
            events.push(`given up: ${error.code}`);
            return { ...done, next: [{ name: 'second', payload: { item } }] };
          },
        },
        second: { run: async () => noted(events, 'second') },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      expect(events).toEqual(['try', 'try', 'try', 'given up: unavailable', 'second']);
    });

    it.each(lasting)('gives up at the first %s', async (code) => {
      const { queue, work, drained } = bench();
      const events: string[] = [];
      await work({
        first: {
          async run() {
            events.push('try');
            throw new AppError(code, 'it will not get better');
          },
          giveUp: async (_, error) => noted(events, error.code),
        },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      expect(events).toEqual(['try', code]);
    });

    it('takes an unknown error for a bug and gives up at once', async () => {
      const { queue, work, drained } = bench();
      const events: string[] = [];
      await work({
        first: {
          run() {
            events.push('try');
            throw new TypeError('cannot read properties of undefined');
          },
          giveUp: async (_, error) => noted(events, error.code),
        },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      expect(events).toEqual(['try', 'internal']);
    });

    it('takes the id of a job that was given up again, with the new payload', async () => {
      const { queue, work, drained } = bench();
      const notes: unknown[] = [];
      await work({
        first: {
          async run({ note }) {
            notes.push(note);
            if (note === 'bad') throw new AppError('invalid_argument', 'bad');
            return done;
          },
        },
      });
      for (const note of ['bad', 'good']) {
        await queue.enqueue([{ name: 'first', payload: { item: 'a', note } }]);
        await drained();
      }
      expect(notes).toEqual(['bad', 'good']);
    });

    it('keeps a job whose failure could not be recorded, until it is', async () => {
      const { queue, work, drained } = bench();
      const recorded: string[] = [];
      let calls = 0;
      await work({
        single: {
          async run() {
            throw new AppError('unavailable', 'never');
          },
          async giveUp({ item }) {
            calls += 1;
            if (calls < 3) throw new AppError('unavailable', 'the manifest is away');
            recorded.push(item);
            return done;
          },
        },
      });
      await queue.enqueue([{ name: 'single', payload: { item: 'a' } }]);
      await drained();
      expect({ calls, recorded }).toEqual({ calls: 3, recorded: ['a'] });
    });

    it('ends a job whose handler breaks while giving it up', async () => {
      const { queue, work, drained } = bench();
      let calls = 0;
      await work({
        single: {
          async run() {
            throw new AppError('invalid_argument', 'bad');
          },
          async giveUp() {
            calls += 1;
            throw new TypeError('a bug in giveUp');
          },
        },
      });
      await queue.enqueue([{ name: 'single', payload: { item: 'a' } }]);
      await drained();
      expect(calls).toBe(1);
    });

    it('puts a job off for resource_exhausted, spends no try on it, and goes on with others of its kind', async () => {
      const { queue, work, drained, logged } = bench();
      const events: string[] = [];
      let refusals = 5;
      await work({
        single: {
          async run({ item }) {
            events.push(item);
            if (item === 'a' && refusals > 0) {
              refusals -= 1;
              throw new AppError('resource_exhausted', 'slow down', { retryAfterMs: 40 });
            }
            return done;
          },
          giveUp: async () => noted(events, 'given up'),
        },
      });
      await queue.enqueue([
        { name: 'single', payload: { item: 'a' } },
        { name: 'single', payload: { item: 'b' } },
      ]);
      await drained();
      expect(events.filter((event) => event === 'a')).toHaveLength(6);
      expect(events.filter((event) => event !== 'a')).toEqual(['b']);
      expect(events.indexOf('b')).toBe(1);
      const delayed = logged.filter(({ event }) => event === 'job-delayed');
      expect(delayed.map(({ attempt, delayMs }) => [attempt, delayMs])).toEqual(Array(5).fill([1, 40]));
    });

    it('keeps a job that is put off in the queue, and takes it in no second time', async () => {
      const { queue, work, logged } = bench();
      const ran: string[] = [];
      await work({
        single: {
          async run({ item }) {
            ran.push(item);
            if (item !== 'refused') return done;
            throw new AppError('resource_exhausted', 'slow down', { retryAfterMs: 600_000 });
          },
        },
      });
      const refused = { name: 'single', payload: { item: 'refused' } } as const;
      await queue.enqueue([refused]);
      await eventually(() => expect(logged.map(({ event }) => event)).toContain('job-delayed'));
      await eventually(async () => expect(await queue.unfinished()).toEqual([refused]));
      await queue.enqueue([refused, { name: 'single', payload: { item: 'next' } }]);
      await eventually(() => expect(ran).toEqual(['refused', 'next']));
      await eventually(async () => expect(await queue.unfinished()).toEqual([refused]));
    });

    it('puts a job off for longer each time, where nobody says how long', async () => {
      const { queue, work, logged } = bench();
      let refusals = 0;
      await work({
        single: {
          async run() {
            refusals += 1;
            // The first ones say how long, so that the test need not wait for the last.
            const asked = refusals < 3 ? { retryAfterMs: 10 } : {};
            throw new AppError('resource_exhausted', 'slow down', asked);
          },
        },
      });
      await queue.enqueue([{ name: 'single', payload: { item: 'a' } }]);
      await eventually(() => {
        const delayed = logged.filter(({ event }) => event === 'job-delayed');
        expect(delayed.map(({ delayMs }) => delayMs)).toEqual([10, 10, 40_000]);
      });
    });

    it('aborts the signal at the deadline, and counts the try', async () => {
      const { queue, work, drained } = bench();
      const events: string[] = [];
      await work({
        hasty: {
          async run(_, { signal }) {
            events.push('try');
            return untilAborted(signal);
          },
          giveUp: async (_, error) => noted(events, error.code),
        },
      });
      await queue.enqueue([{ name: 'hasty', payload: { item: 'a' } }]);
      await drained();
      expect(events).toEqual(['try', 'try', 'deadline_exceeded']);
    });
  });
}
