import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { benchPerTest, type CreateJobSystem, done, eventually, gate } from './harness.ts';

export function describeCondition(create: CreateJobSystem): void {
  describe('the condition of queue and worker', () => {
    const bench = benchPerTest(create);

    it('counts what waits, runs and is delayed, kind by kind', async () => {
      const { queue, work } = bench();
      const release = gate();
      await queue.enqueue([
        ...['runs', 'waits', 'waits-too'].map((item) => ({ name: 'single', payload: { item } }) as const),
        { name: 'slow', payload: { item: 'is-delayed' } },
        { name: 'first', payload: { item: 'ends' } },
      ]);
      expect(await queue.counts()).toMatchObject({ single: 3, slow: 1, first: 1, second: 0 });
      await work({
        single: { run: () => release.opened.then(() => done) },
        slow: {
          async run() {
            throw new AppError('unavailable', 'try again later');
          },
        },
      });
      await eventually(async () => {
        expect(await queue.counts()).toEqual({
          ...{ first: 0, second: 0, third: 0, hasty: 0, bare: 0, strict: 0, versioned: 0 },
          ...{ single: 3, slow: 1 },
        });
      });
      release.open();
      await eventually(async () => expect(await queue.counts()).toMatchObject({ single: 0, slow: 1 }));
    });

    it('lets one who asks alone lead, and go on', async () => {
      const { queue } = bench();
      expect(await queue.lead(10_000)).toBe(true);
      expect(await queue.lead(10_000)).toBe(true);
    });

    it('answers check, unless it is aborted', async () => {
      const { queue } = bench();
      await queue.check(AbortSignal.timeout(10_000));
      await expect(queue.check(AbortSignal.abort())).rejects.toMatchObject({ code: 'canceled' });
    });

    it('takes a worker for alive from its start to its close', async () => {
      const { work } = bench();
      const worker = await work({});
      expect(worker.isAlive()).toBe(true);
      await worker.close({ graceMs: 0 });
      expect(worker.isAlive()).toBe(false);
    });
  });
}
