import { runOf } from '@winnow/testkit';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createTestBench, handbook, type TestBench } from '../testing/test-bench.ts';

const webhook = { url: 'https://ops.example.com/winnow', secretEnv: 'WINNOW_WEBHOOK_SECRET' };
const secret = 'correct horse battery staple';

async function benchAt(start = '2026-11-28T02:59:00Z'): Promise<TestBench> {
  const bench = createTestBench(start);
  bench.secrets = { WINNOW_WEBHOOK_SECRET: secret };
  await bench.set({ cron: '0 3 * * *', webhook });
  return bench;
}

function toldOf(bench: TestBench) {
  return bench.told.map(({ body }) => JSON.parse(body));
}

/** A slot whose run has ended so. */
async function slotThat(bench: TestBench, state: 'completed' | 'failed' | 'canceled', reason?: string) {
  const timekeeper = bench.boot();
  await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
  bench.end(state, reason);
  await bench.lookAt('2026-11-28T03:05:00Z', timekeeper);
}

describe('a webhook', () => {
  test.each([
    ['completed', undefined],
    ['failed', 'vectors of 384 dimensions do not fit'],
    ['canceled', 'somebody did'],
  ] as const)('is told once that a run is %s, signed, with names and numbers', async (state, reason) => {
    const bench = await benchAt();
    await slotThat(bench, state, reason);
    await bench.lookAt('2026-11-28T04:00:00Z', bench.boot());
    expect(toldOf(bench)).toEqual([
      {
        type: `run.${state}`,
        timestamp: '2026-11-28T03:05:00.000Z',
        data: {
          corpus: 'handbook',
          slot: '2026-11-28T03:00:00.000Z',
          message: reason ?? null,
          run: {
            id: bench.made[0],
            kind: 'sync',
            generation: 1,
            state,
            waiting: null,
            documents: { new: 0, changed: 0, deleted: 0, failed: 0 },
            startedAt: '2026-11-28T03:00:00.000Z',
            finishedAt: '2026-11-28T03:00:00.000Z',
          },
        },
      },
    ]);
    const [message] = bench.told;
    const key = new Webhook(secret, { format: 'raw' });
    expect(message?.headers['webhook-signature']).toBe(
      key.sign(message?.headers['webhook-id'] ?? '', new Date('2026-11-28T03:05:00Z'), message?.body ?? ''),
    );
  });

  test('that is away is told later, with growing pauses and the same id, by whichever process is there', async () => {
    const bench = await benchAt();
    const tries: number[] = [];
    bench.refusal = 'ops.example.com answered 503';
    bench.onCall = (name) => {
      if (name === 'post') tries.push(bench.now);
    };
    await slotThat(bench, 'completed');
    const begin = bench.now;
    while (bench.now < begin + 3_600_000) await bench.lookAt(bench.now + 1_000, bench.boot());
    expect(tries.map((at) => (at - begin) / 1_000)).toEqual([0, 10, 30, 70, 150, 310, 630, 1_270, 2_550]);
    expect((await bench.schedule()).notices).toMatchObject([
      { problem: 'ops.example.com answered 503', tries: 9 },
    ]);
    const [{ id } = { id: '' }] = (await bench.schedule()).notices;
    bench.refusal = null;
    await bench.lookAt(begin + 2 * 3_600_000, bench.boot());
    expect(bench.told.map(({ headers }) => headers['webhook-id'])).toEqual([id]);
    expect((await bench.schedule()).notices).toEqual([]);
  });

  test('that is away for more than a day is not told any more', async () => {
    const bench = await benchAt();
    bench.refusal = 'away';
    await slotThat(bench, 'completed');
    await bench.set({ cron: '0 0 1 1 *', webhook });
    for (let hours = 0; hours < 26; hours++) await bench.lookAt(bench.now + 3_600_000, bench.boot());
    bench.refusal = null;
    await bench.lookAt(bench.now + 3_600_000, bench.boot());
    expect(bench.told).toEqual([]);
    expect((await bench.schedule()).notices).toEqual([]);
  });

  test('is told nothing unsigned where a secret is asked for and not there', async () => {
    const bench = await benchAt();
    bench.secrets = {};
    await slotThat(bench, 'completed');
    expect(bench.told).toEqual([]);
    expect((await bench.schedule()).notices).toMatchObject([
      { problem: 'WINNOW_WEBHOOK_SECRET is not set where it is sent from' },
    ]);
  });

  test('is told of each wait that lasts, once, and of one that needs somebody at once', async () => {
    const bench = await benchAt();
    const timekeeper = bench.boot();
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    const [runId] = bench.made;
    if (runId === undefined) throw new Error('no run');
    const waits = (reason: 'index_busy' | 'budget' | 'window', since: string, nextLookAt: string | null) =>
      bench.runs.set(
        runId,
        runOf(runId, handbook, {
          state: 'running',
          waiting: { reason, message: `it waits: ${reason}`, since, looks: 1, nextLookAt },
        }),
      );
    waits('index_busy', '2026-11-28T03:00:00Z', '2026-11-28T03:00:30Z');
    await bench.lookAt('2026-11-28T03:00:59Z', timekeeper);
    expect(bench.told).toEqual([]);
    await bench.lookAt('2026-11-28T03:01:00Z', timekeeper);
    await bench.lookAt('2026-11-28T03:02:00Z', timekeeper);
    waits('window', '2026-11-28T03:02:00Z', '2026-11-28T22:00:00Z');
    await bench.lookAt('2026-11-28T12:00:00Z', timekeeper);
    waits('budget', '2026-11-28T12:00:00Z', null);
    await bench.lookAt('2026-11-28T12:00:01Z', timekeeper);
    bench.runs.set(runId, runOf(runId, handbook, { state: 'running' }));
    await bench.lookAt('2026-11-28T13:00:00Z', timekeeper);
    waits('budget', '2026-11-28T13:30:00Z', null);
    await bench.lookAt('2026-11-28T13:30:00Z', timekeeper);
    expect(toldOf(bench)).toMatchObject([
      { type: 'run.waiting', data: { message: 'it waits: index_busy', run: { waiting: 'index_busy' } } },
      { type: 'run.waiting', data: { message: 'it waits: budget', run: { waiting: 'budget' } } },
      { type: 'run.waiting', data: { message: 'it waits: budget' } },
    ]);
  });

  test('that has taken nothing for long is told the newest fifty, in order', async () => {
    const bench = createTestBench('2026-11-28T00:00:00Z');
    await bench.set({ cron: '*/10 * * * *', webhook: { url: webhook.url } });
    bench.refusal = 'away';
    for (let slot = 0; slot < 60; slot++) {
      await bench.lookAt(bench.now + 600_000, bench.boot());
      bench.end();
      await bench.lookAt(bench.now + 1_000, bench.boot());
      bench.now -= 1_000;
    }
    bench.refusal = null;
    await bench.lookAt(bench.now + 3_600_000, bench.boot());
    const slots = toldOf(bench).map(({ data }) => data.slot);
    expect(slots.length).toBe(50);
    expect([...slots].sort()).toEqual(slots);
  });
});
