import type { Store } from '@winnow/core';
import { silentLogger } from '@winnow/core';
import { createElasticsearchStore } from '@winnow/elasticsearch';
import { openEmbeddedStore } from '@winnow/embedded';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestBench, handbook } from './testing/test-bench.ts';

const stores: readonly (readonly [string, () => Promise<Store>])[] = [
  ['embedded', () => openEmbeddedStore({ path: ':memory:', log: silentLogger })],
  [
    'elasticsearch',
    async () =>
      createElasticsearchStore({
        url: elasticsearchUrl(),
        prefix: uniquePrefix(),
        requestTimeoutMs: 60_000,
        log: silentLogger,
      }),
  ],
];

describe.each(stores)('schedules in the %s store', (_, open) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
    await store.corpora.create(handbook);
  });
  afterEach(async () => {
    await store.corpora.delete(handbook.name);
    await store.close();
  });

  it('have one run a slot, whoever looks, however often, and after each restart', async () => {
    const bench = createTestBench('2026-11-28T00:30:00Z', store.schedules);
    await bench.set({ cron: '0 * * * *', reindex: true, promoteIfVerified: true });
    for (let hour = 1; hour <= 5; hour++) {
      for (const minute of ['00', '10', '20']) {
        bench.now = Date.parse(`2026-11-28T0${hour}:${minute}:00Z`);
        const processes = [bench.boot(), bench.boot(), bench.boot()];
        for (let look = 0; look < 2; look++) {
          await Promise.all(processes.map((each) => each.look()));
          await Promise.all(processes.map((each) => each.settled()));
        }
        bench.end();
      }
    }
    expect(bench.made.map((runId) => runId.slice(9, 13))).toEqual(['0100', '0200', '0300', '0400', '0500']);
    expect((await bench.schedule()).last).toMatchObject({ state: 'completed', runId: bench.made.at(-1) });
  });

  it('make up for what was missed once, and have no slot twice where the clock is set back', async () => {
    const bench = createTestBench('2026-11-28T00:30:00Z', store.schedules);
    await bench.set({ cron: '0 * * * *' });
    await bench.lookAt('2026-11-28T05:30:00Z', bench.boot());
    bench.end();
    await bench.lookAt('2026-11-28T05:31:00Z', bench.boot());
    for (const time of ['05:21', '05:40', '05:59']) {
      await bench.lookAt(`2026-11-28T${time}:00Z`, bench.boot());
    }
    expect(bench.made).toHaveLength(1);
    await bench.lookAt('2026-11-28T06:00:00Z', bench.boot());
    expect(bench.made).toHaveLength(2);
  });

  it('keep what a webhook was not told, and forget it when it was', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z', store.schedules);
    await bench.set({ cron: '0 3 * * *', webhook: { url: 'https://ops.example.com/' } });
    bench.refusal = 'away';
    await bench.lookAt('2026-11-28T03:00:00Z', bench.boot());
    bench.end();
    await bench.lookAt('2026-11-28T03:01:00Z', bench.boot());
    expect((await bench.schedule()).notices).toMatchObject([{ event: 'run.completed', tries: 1 }]);
    bench.refusal = null;
    await bench.lookAt('2026-11-28T03:02:00Z', bench.boot());
    expect(bench.told).toHaveLength(1);
    expect((await bench.schedule()).notices).toEqual([]);
  });
});
