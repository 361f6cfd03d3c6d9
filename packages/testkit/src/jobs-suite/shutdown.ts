import { describe, expect, it } from 'vitest';
import {
  benchPerTest,
  type CreateJobSystem,
  done,
  eventually,
  gate,
  noted,
  untilAborted,
} from './harness.ts';

export function describeShutdown(create: CreateJobSystem): void {
  describe('shutdown of a worker', () => {
    const bench = benchPerTest(create);

    it('lets a running job end within the grace, and takes no more', async () => {
      const { queue, work } = bench();
      const started = gate();
      const release = gate();
      const ended: string[] = [];
      const worker = await work({
        single: {
          async run({ item }) {
            started.open();
            await release.opened;
            ended.push(item);
            return done;
          },
        },
      });
      await queue.enqueue([
        { name: 'single', payload: { item: 'runs' } },
        { name: 'single', payload: { item: 'waits' } },
      ]);
      await started.opened;
      const closed = worker.close({ graceMs: 60_000 });
      release.open();
      await closed;
      expect(ended).toEqual(['runs']);
      expect(await queue.unfinished()).toEqual([{ name: 'single', payload: { item: 'waits' } }]);
    });

    it('puts an aborted job back, and another worker ends it as if it had not been tried', async () => {
      const { queue, work, drained, logged } = bench();
      const started = gate();
      const events: string[] = [];
      const closing = await work({
        single: {
          async run(_, { signal }) {
            started.open();
            return untilAborted(signal);
          },
          giveUp: async () => noted(events, 'given up'),
        },
      });
      await queue.enqueue([{ name: 'single', payload: { item: 'a' } }]);
      await started.opened;
      await closing.close({ graceMs: 0 });
      expect(await queue.unfinished()).toEqual([{ name: 'single', payload: { item: 'a' } }]);
      await work({ single: { run: async ({ item }) => noted(events, item) } });
      await drained();
      expect(events).toEqual(['a']);
      await eventually(() => {
        expect(logged).toContainEqual(
          expect.objectContaining({ event: 'job-done', jobId: 'single-a', attempt: 1 }),
        );
      });
    });

    it('puts a job back whatever error its abort turns into', async () => {
      const { queue, work } = bench();
      const started = gate();
      const events: string[] = [];
      const worker = await work({
        single: {
          async run(_, { signal }) {
            started.open();
            await untilAborted(signal).catch(() => {});
            throw new TypeError('terminated');
          },
          giveUp: async () => noted(events, 'given up'),
        },
      });
      await queue.enqueue([{ name: 'single', payload: { item: 'a' } }]);
      await started.opened;
      await worker.close({ graceMs: 0 });
      expect(events).toEqual([]);
      expect(await queue.unfinished()).toHaveLength(1);
    });

    it('closes a worker more than once', async () => {
      const { work, queue } = bench();
      const worker = await work({});
      await worker.close({ graceMs: 0 });
      await worker.close({ graceMs: 0 });
      expect(await queue.unfinished()).toEqual([]);
    });
  });
}
