import { describe, expect, it } from 'vitest';
import { benchPerTest, type CreateJobSystem, eventually, noted } from './harness.ts';
import { versions } from './suite-jobs.ts';

const later = { name: 'versioned', payload: { version: 3, item: 'a' } } as const;

export function describeVersions(create: CreateJobSystem): void {
  describe('payloads of other versions', () => {
    const bench = benchPerTest(create);

    it('parks a job of a later version: it neither runs nor fails, and is listed as parked and not as unfinished', async () => {
      const { queue, work, logged } = bench();
      const ran: unknown[] = [];
      await putInByLaterCode();
      await work({ versioned: { run: async (payload) => noted(ran, payload) } });
      await eventually(() => expect(logged.map(({ event }) => event)).toContain('job-parked'));
      expect(await queue.parked()).toEqual([{ name: 'versioned', id: 'versioned-a-all', version: 3 }]);
      expect(await queue.unfinished()).toEqual([]);
      expect(ran).toEqual([]);
      expect(logged.map(({ event }) => event)).not.toContain('job-failed');
    });

    it('runs a parked job when a worker starts that understands it, with all its tries', async () => {
      const { queue, work, drained, logged } = bench();
      const ran: unknown[] = [];
      await putInByLaterCode();
      const old = await work({});
      // By now it is put off for longer than a worker takes to start.
      await eventually(() => expect(logged.filter(({ event }) => event === 'job-parked')).toHaveLength(2));
      await old.close({ graceMs: 0 });
      versions.newest = 3;
      const startedAt = performance.now();
      await work({ versioned: { run: async (payload) => noted(ran, payload) } });
      await drained();
      expect(ran).toEqual([{ version: 3, item: 'a' }]);
      expect(performance.now() - startedAt).toBeLessThan(2_500);
      await eventually(() => {
        expect(logged).toContainEqual(expect.objectContaining({ event: 'job-done', attempt: 1 }));
      });
      expect(await queue.parked()).toEqual([]);
    });

    it('looks at a parked job again by itself', async () => {
      const { queue, work, drained, logged } = bench();
      const ran: unknown[] = [];
      await putInByLaterCode();
      await work({ versioned: { run: async (payload) => noted(ran, payload) } });
      await eventually(async () => {
        expect(logged.map(({ event }) => event)).toContain('job-parked');
        expect(await queue.parked()).toHaveLength(1);
      });
      versions.newest = 3;
      await drained();
      expect(ran).toEqual([{ version: 3, item: 'a' }]);
    });

    it('goes on with other jobs of the kind beside a parked one', async () => {
      const { queue, work } = bench();
      const ran: string[] = [];
      await putInByLaterCode();
      await queue.enqueue([{ name: 'versioned', payload: { version: 2, item: 'b', pages: 7 } }]);
      await work({ versioned: { run: async ({ item }) => noted(ran, item) } });
      await eventually(async () => {
        expect(ran).toEqual(['b']);
        expect(await queue.unfinished()).toEqual([]);
      });
      expect(await queue.parked()).toHaveLength(1);
    });

    it('brings a job of an earlier version forward before it is run', async () => {
      const { queue, work, drained } = bench();
      const ran: unknown[] = [];
      versions.newest = 1;
      await queue.enqueue([{ name: 'versioned', payload: { version: 1, item: 'a' } }]);
      versions.newest = 2;
      const forward = { version: 2, item: 'a', pages: 1 };
      expect(await queue.unfinished()).toEqual([{ name: 'versioned', payload: forward }]);
      await work({ versioned: { run: async (payload) => noted(ran, payload) } });
      await drained();
      expect(ran).toEqual([forward]);
    });

    it('takes a job for the same in whichever version it is put in', async () => {
      const { queue } = bench();
      await queue.enqueue([{ name: 'versioned', payload: { version: 1, item: 'a' } }]);
      await queue.enqueue([{ name: 'versioned', payload: { version: 2, item: 'a', pages: 1 } }]);
      expect(await queue.unfinished()).toEqual([
        { name: 'versioned', payload: { version: 2, item: 'a', pages: 1 } },
      ]);
    });

    async function putInByLaterCode(): Promise<void> {
      versions.newest = 3;
      await bench().queue.enqueue([later]);
      versions.newest = 2;
    }
  });
}
