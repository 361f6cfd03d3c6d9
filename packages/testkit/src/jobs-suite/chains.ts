import type { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { benchPerTest, type CreateJobSystem, done, eventually, gate, noted } from './harness.ts';

export function describeChains(create: CreateJobSystem): void {
  describe('chains of jobs', () => {
    const bench = benchPerTest(create);

    it('has a job of the chain in the queue at every moment until the chain ends', async () => {
      const { queue, work } = bench();
      let ended = false;
      await work({
        first: { run: async ({ item }) => ({ ...done, next: [{ name: 'second', payload: { item } }] }) },
        second: { run: async ({ item }) => ({ ...done, next: [{ name: 'third', payload: { item } }] }) },
        third: {
          async run() {
            ended = true;
            return done;
          },
        },
      });
      for (let chain = 0; chain < 10; chain += 1) {
        ended = false;
        await queue.enqueue([{ name: 'first', payload: { item: `chain-${chain}` } }]);
        while (!ended) {
          const unfinished = await queue.unfinished();
          if (!ended) expect(unfinished).not.toEqual([]);
          await new Promise(setImmediate);
        }
      }
    });

    it('takes a skipped job for a normal end and goes on with what follows it', async () => {
      const { queue, work, drained, logged } = bench();
      const ran: string[] = [];
      await work({
        first: {
          run: async ({ item }) => ({
            outcome: 'skipped',
            reason: 'no longer wanted',
            next: [{ name: 'second', payload: { item } }],
          }),
        },
        second: { run: async ({ item }) => noted(ran, item) },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      await eventually(() => expect(ran).toEqual(['a']));
      expect(logged).toContainEqual(
        expect.objectContaining({
          event: 'job-done',
          jobId: 'first-a',
          outcome: 'skipped',
          reason: 'no longer wanted',
        }),
      );
    });

    it('gives up a job that names itself as its next, since its chain would end in silence', async () => {
      const { queue, work, drained } = bench();
      const givenUp: AppError[] = [];
      await work({
        first: {
          run: async (payload) => ({ ...done, next: [{ name: 'first', payload }] }),
          giveUp: async (_, error) => noted(givenUp, error),
        },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      expect(givenUp).toMatchObject([{ code: 'internal' }]);
    });

    it('gives up a job whose next does not fit its schema', async () => {
      const { queue, work, drained } = bench();
      const givenUp: AppError[] = [];
      await work({
        first: {
          run: async () => ({ ...done, next: [{ name: 'bare', payload: { item: '1' } }] }),
          giveUp: async (_, error) => noted(givenUp, error),
        },
      });
      await queue.enqueue([{ name: 'first', payload: { item: 'a' } }]);
      await drained();
      expect(givenUp).toMatchObject([{ code: 'invalid_argument' }]);
    });

    it('never runs more jobs of a kind than its concurrency, and that many it does', async () => {
      const { queue, work, drained } = bench();
      const twoAtOnce = gate();
      let running = 0;
      let most = 0;
      await work({
        first: {
          async run() {
            running += 1;
            most = Math.max(most, running);
            if (running === 2) twoAtOnce.open();
            await twoAtOnce.opened;
            running -= 1;
            return done;
          },
        },
      });
      const jobs = Array.from(
        { length: 12 },
        (_, i) => ({ name: 'first', payload: { item: `n${i}` } }) as const,
      );
      await queue.enqueue(jobs);
      await drained();
      expect(most).toBe(2);
    });

    it('runs jobs of different kinds side by side', async () => {
      const { queue, work, drained } = bench();
      const firstRuns = gate();
      const secondRuns = gate();
      await work({
        first: {
          async run() {
            firstRuns.open();
            await secondRuns.opened;
            return done;
          },
        },
        second: {
          async run() {
            secondRuns.open();
            await firstRuns.opened;
            return done;
          },
        },
      });
      await queue.enqueue([
        { name: 'first', payload: { item: 'a' } },
        { name: 'second', payload: { item: 'a' } },
      ]);
      await drained();
    });

    it('runs each job once when two workers take from one queue', async () => {
      const { queue, work, drained } = bench();
      const ran: string[] = [];
      const handlers = { first: { run: async ({ item }: { item: string }) => noted(ran, item) } };
      await work(handlers);
      await work(handlers);
      const items = Array.from({ length: 60 }, (_, i) => `n${i}`);
      await queue.enqueue(items.map((item) => ({ name: 'first', payload: { item } })));
      await drained();
      expect(ran.toSorted()).toEqual(items.toSorted());
    });
  });
}
