import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { benchPerTest, type CreateJobSystem, done, eventually, gate, noted } from './harness.ts';
import { strictSchema } from './suite-jobs.ts';

export function describePuttingIn(create: CreateJobSystem): void {
  describe('putting jobs in', () => {
    const bench = benchPerTest(create);

    it('hands the handler the payload that was put in', async () => {
      const { queue, work, drained } = bench();
      const seen: unknown[] = [];
      await work({ first: { run: async (payload) => noted(seen, payload) } });
      await queue.enqueue([{ name: 'first', payload: { item: '文档-1', note: '第一页 😀' } }]);
      await drained();
      expect(seen).toEqual([{ item: '文档-1', note: '第一页 😀' }]);
    });

    it('refuses a payload that does not fit its schema, and with it the jobs beside it', async () => {
      const { queue } = bench();
      strictSchema.accepts = false;
      const jobs = [
        { name: 'first', payload: { item: 'a' } },
        { name: 'strict', payload: { item: 'b' } },
      ] as const;
      await expect(queue.enqueue(jobs)).rejects.toMatchObject({ code: 'invalid_argument' });
      expect(await queue.unfinished()).toEqual([]);
    });

    it('takes a payload of 16 KiB as JSON and refuses one byte more', async () => {
      const { queue } = bench();
      const largest = { item: 'a', note: '' };
      largest.note = 'x'.repeat(16 * 1024 - JSON.stringify(largest).length);
      await queue.enqueue([{ name: 'first', payload: largest }]);
      const tooLarge = { item: 'b', note: `${largest.note}x` };
      await expect(queue.enqueue([{ name: 'first', payload: tooLarge }])).rejects.toMatchObject({
        code: 'invalid_argument',
      });
      expect(await queue.unfinished()).toHaveLength(1);
    });

    it.each(['12345', 'a:b', ''])('refuses a job with the id "%s"', async (item) => {
      const { queue } = bench();
      const refused = queue.enqueue([{ name: 'bare', payload: { item } }]);
      await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' });
    });

    it('does not run a job whose payload no longer fits when it is taken out, and frees its id', async () => {
      const { queue, work, drained, logged } = bench();
      const seen: unknown[] = [];
      await queue.enqueue([{ name: 'strict', payload: { item: 'a', note: 'old' } }]);
      strictSchema.accepts = false;
      await work({ strict: { run: async (payload) => noted(seen, payload) } });
      await eventually(() => {
        expect(logged).toContainEqual(
          expect.objectContaining({ event: 'job-failed', code: 'invalid_argument' }),
        );
      });
      strictSchema.accepts = true;
      await drained();
      await queue.enqueue([{ name: 'strict', payload: { item: 'a', note: 'new' } }]);
      await drained();
      expect(seen).toEqual([{ item: 'a', note: 'new' }]);
    });

    it('runs a job once that is put in again while it waits', async () => {
      const { queue, work, drained } = bench();
      const notes: unknown[] = [];
      await queue.enqueue([
        { name: 'first', payload: { item: 'a', note: 'one' } },
        { name: 'first', payload: { item: 'a', note: 'two' } },
      ]);
      await queue.enqueue([{ name: 'first', payload: { item: 'a', note: 'three' } }]);
      await work({ first: { run: async ({ note }) => noted(notes, note) } });
      await drained();
      expect(notes).toEqual(['one']);
    });

    it('runs a job once that is put in again while it runs', async () => {
      const { queue, work, drained } = bench();
      const started = gate();
      const release = gate();
      let runs = 0;
      await work({
        first: {
          async run() {
            runs += 1;
            started.open();
            await release.opened;
            return done;
          },
        },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await started.opened;
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      release.open();
      await drained();
      expect(runs).toBe(1);
    });

    it('takes the id of a finished job again, with the new payload', async () => {
      const { queue, work, drained } = bench();
      const notes: unknown[] = [];
      await work({ first: { run: async ({ note }) => noted(notes, note) } });
      for (const note of ['one', 'two', 'three']) {
        await queue.enqueue([{ name: 'first', payload: { item: 'a', note } }]);
        await drained();
      }
      expect(notes).toEqual(['one', 'two', 'three']);
    });

    it('lists what waits, runs and is delayed, and nothing else', async () => {
      const { queue, work } = bench();
      const release = gate();
      const delayed = gate();
      await work({
        single: { run: () => release.opened.then(() => done) },
        slow: {
          async run() {
            delayed.open();
            throw new AppError('unavailable', 'try again later');
          },
        },
      });
      const kept = [
        { name: 'single', payload: { item: 'runs' } },
        { name: 'single', payload: { item: 'waits' } },
        { name: 'slow', payload: { item: 'is-delayed' } },
      ] as const;
      await queue.enqueue([...kept, { name: 'first', payload: { item: 'ends' } }]);
      await delayed.opened;
      await eventually(async () => {
        const unfinished = await queue.unfinished();
        expect(unfinished).toHaveLength(kept.length);
        expect(unfinished).toEqual(expect.arrayContaining([...kept]));
      });
      release.open();
    });
  });
}
