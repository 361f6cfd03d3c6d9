import type { RunId, Schedule } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { scheduleOf } from './schedule-request.ts';
import { decided } from './slots/decide-slot.ts';
import { createTestBench, handbook, type TestBench } from './testing/test-bench.ts';
import { pauseBeforeLook } from './timekeeper.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Slots of the runs that were made, as the times in their ids. */
function slotsOf({ made }: TestBench): readonly string[] {
  return made.map((runId) => runId.slice(0, 15));
}

/** Ticks through time, each run taking no longer than until the next tick. */
async function tick(bench: TestBench, until: string, stepMs: number, restarts = false): Promise<void> {
  let timekeeper = bench.boot();
  for (let now = bench.now; now <= Date.parse(until); now += stepMs) {
    if (restarts) timekeeper = bench.boot();
    bench.now = now;
    await timekeeper.look();
    await timekeeper.settled();
    bench.end();
  }
}

describe('a day of ticks', () => {
  test.each([false, true])(
    'gives one run for each slot (with a restart each second: %s)',
    async (restarts) => {
      const bench = createTestBench('2026-11-28T00:00:00Z');
      await bench.set({ cron: '*/15 * * * *' });
      await tick(bench, '2026-11-29T00:00:01Z', second, restarts);
      expect(new Set(slotsOf(bench)).size).toBe(96);
      expect(bench.made).toHaveLength(96);
    },
  );

  test.each([
    [
      'forward in Berlin',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28',
      ['0328T013000', '0329T010000', '0330T003000'],
    ],
    [
      'back in Berlin',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24',
      ['1024T003000', '1025T003000', '1026T013000'],
    ],
    [
      'forward in New York',
      '30 2 * * *',
      'America/New_York',
      '2026-03-07',
      ['0307T073000', '0308T070000', '0309T063000'],
    ],
    [
      'back in New York',
      '30 1 * * *',
      'America/New_York',
      '2026-10-31',
      ['1031T053000', '1101T053000', '1102T063000'],
    ],
    [
      'never in Shanghai',
      '30 2 * * *',
      'Asia/Shanghai',
      '2026-03-28',
      ['0328T183000', '0329T183000', '0330T183000'],
    ],
  ])('gives one run a day where the clocks go %s', async (_, cron, tz, first, expected) => {
    const start = Date.parse(`${first}T00:00:00Z`);
    const bench = createTestBench(new Date(start).toISOString());
    await bench.set({ cron, tz });
    await tick(bench, new Date(start + 72 * hour - 1).toISOString(), minute);
    expect(slotsOf(bench).map((slot) => slot.slice(4))).toEqual(expected);
  });
});

describe('a slot', () => {
  test('that was missed is made up for once, however many there were', async () => {
    const bench = createTestBench('2026-11-28T00:00:00Z');
    await bench.set({ cron: '0 * * * *' });
    const timekeeper = bench.boot();
    await bench.lookAt('2026-11-28T09:30:00Z', timekeeper);
    bench.end();
    await bench.lookAt('2026-11-28T09:40:00Z', timekeeper);
    expect(slotsOf(bench)).toEqual(['20261128T010000']);
    await bench.lookAt('2026-11-28T10:00:00Z', timekeeper);
    expect(slotsOf(bench)).toEqual(['20261128T010000', '20261128T100000']);
  });

  test('does not run twice where the clock is set back ten minutes', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 3 * * *' });
    const timekeeper = bench.boot();
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    bench.end();
    await bench.lookAt('2026-11-28T03:00:30Z', timekeeper);
    await bench.lookAt('2026-11-28T02:50:30Z', timekeeper);
    await tick(bench, '2026-11-29T02:59:59Z', minute);
    expect(slotsOf(bench)).toEqual(['20261128T030000']);
    await tick(bench, '2026-11-29T03:00:00Z', second);
    expect(slotsOf(bench)).toEqual(['20261128T030000', '20261129T030000']);
  });

  test('runs though the clock was set forward over it', async () => {
    const bench = createTestBench('2026-11-28T02:55:00Z');
    await bench.set({ cron: '0 3 * * *' });
    await bench.lookAt('2026-11-28T03:05:00Z', bench.boot());
    expect(slotsOf(bench)).toEqual(['20261128T030000']);
  });

  test('comes again after a clock was wrong by years, and does not run twice', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 3 * * *' });
    const timekeeper = bench.boot();
    await bench.lookAt('2031-01-01T12:00:00Z', timekeeper);
    bench.end();
    await bench.lookAt('2026-11-28T02:59:30Z', timekeeper);
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    await bench.lookAt('2026-11-29T03:00:00Z', timekeeper);
    expect(slotsOf(bench)).toEqual(['20261128T030000', '20261129T030000']);
  });

  test('waits for another run of the corpus, and runs when that is over', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 3 * * *' });
    const timekeeper = bench.boot();
    const other = await bench.ports.work.start({
      corpus: handbook.name,
      runId: 'other' as never,
      work: { kind: 'sync' },
      window: null,
    });
    expect(other).toEqual({ kind: 'done' });
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    expect((await bench.schedule()).current).toMatchObject({
      step: 'starting',
      message: 'run other is under way',
    });
    bench.end();
    await bench.lookAt('2026-11-28T03:01:00Z', timekeeper);
    expect(bench.made).toHaveLength(2);
  });

  test('that has waited in vain until the next one is skipped for it', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 * * * *', webhook: { url: 'https://ops.example.com/x' } });
    const timekeeper = bench.boot();
    await bench.ports.work.start({
      corpus: handbook.name,
      runId: 'other' as never,
      work: { kind: 'sync' },
      window: null,
    });
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    await bench.lookAt('2026-11-28T04:00:00Z', timekeeper);
    const { current, last } = await bench.schedule();
    expect(last).toMatchObject({
      slot: '2026-11-28T03:00:00.000Z',
      state: 'skipped',
      runId: null,
      message: 'run other is under way',
    });
    expect(current).toMatchObject({ slot: '2026-11-28T04:00:00.000Z', step: 'starting' });
    expect(bench.told.map(({ body }) => JSON.parse(body).type)).toEqual(['run.skipped']);
  });

  test('is skipped while the run of the one before is under way, and says so', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 * * * *' });
    const timekeeper = bench.boot();
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    await bench.lookAt('2026-11-28T04:00:00Z', timekeeper);
    expect(await bench.schedule()).toMatchObject({
      current: { slot: '2026-11-28T03:00:00.000Z', step: 'running' },
      last: {
        slot: '2026-11-28T04:00:00.000Z',
        state: 'skipped',
        message: expect.stringContaining('was not over'),
      },
      nextRunAt: '2026-11-28T05:00:00.000Z',
    });
  });

  /** Has the newest run wait for a source, as its record says it. */
  const holdNewest = ({ runs, made, now }: TestBench) => {
    const runId = made.at(-1) as RunId;
    const run = runs.get(runId);
    if (run === undefined) throw new Error('there is no run');
    const since = new Date(now).toISOString();
    const waiting = { reason: 'source_away', message: 'away', since, looks: 0, nextLookAt: since } as const;
    runs.set(runId, { ...run, waiting });
  };

  test.each([false, true])(
    'takes the place of the one before where that only waits for sources (and its process dies between: %s)',
    async (dies) => {
      const bench = createTestBench('2026-11-28T02:59:00Z');
      await bench.set({ cron: '0 * * * *', webhook: { url: 'https://ops.example.com/x' } });
      const first = bench.boot();
      await bench.lookAt('2026-11-28T03:00:00Z', first);
      holdNewest(bench);
      if (dies) await bench.ports.work.giveWay(bench.made[0] as RunId);
      await bench.lookAt('2026-11-28T04:00:00Z', dies ? bench.boot() : first);
      expect(slotsOf(bench)).toEqual(['20261128T030000', '20261128T040000']);
      expect(await bench.schedule()).toMatchObject({
        current: { slot: '2026-11-28T04:00:00.000Z', step: 'running' },
        last: { slot: '2026-11-28T03:00:00.000Z', state: 'canceled', message: 'gave way' },
      });
      expect(bench.told.map(({ body }) => JSON.parse(body).type)).toEqual(['run.canceled']);
    },
  );

  test('that is not due takes nobody’s place, though a clock was wrong', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 * * * *' });
    const timekeeper = bench.boot();
    await bench.lookAt('2031-01-01T12:00:00Z', timekeeper);
    holdNewest(bench);
    await bench.lookAt('2026-11-28T02:59:30Z', timekeeper);
    expect(bench.runs.get(bench.made[0] as RunId)?.state).not.toBe('canceled');
  });

  test('of a new generation leaves the run of the one before to its waiting', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 * * * *', reindex: true });
    const timekeeper = bench.boot();
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    holdNewest(bench);
    await bench.lookAt('2026-11-28T04:00:00Z', timekeeper);
    expect(slotsOf(bench)).toEqual(['20261128T030000']);
    expect((await bench.schedule()).last).toMatchObject({ state: 'skipped' });
  });

  test('whose step takes long is not begun again by the looks that come meanwhile', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 3 * * *', reindex: true, promoteIfVerified: true });
    const timekeeper = bench.boot();
    await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
    bench.end();
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.whileVerifying = promise;
    await timekeeper.look();
    await timekeeper.look();
    await timekeeper.look();
    resolve();
    await timekeeper.settled();
    expect(bench.asked).toEqual(['verify 1', 'promote 1']);
  });

  test('that two processes see at once is one run', async () => {
    const bench = createTestBench('2026-11-28T02:59:00Z');
    await bench.set({ cron: '0 3 * * *' });
    bench.now = Date.parse('2026-11-28T03:00:00Z');
    const processes = [bench.boot(), bench.boot(), bench.boot()];
    await Promise.all(processes.map((each) => each.look()));
    await Promise.all(processes.map((each) => each.settled()));
    expect(bench.made).toHaveLength(1);
    expect((await bench.schedule()).current).toMatchObject({ step: 'running' });
  });
});

describe('pauseBeforeLook', () => {
  const now = new Date('2026-11-28T03:00:00Z');
  const due = (seconds: number): Schedule => ({
    ...scheduleOf(handbook, { cron: '0 3 * * *' }, null, now),
    nextRunAt: new Date(now.getTime() + seconds * second).toISOString(),
  });

  test.each([
    ['nothing at all', [], 2_000],
    ['what is due tomorrow', [due(86_400)], 2_000],
    ['what is due in half a second', [due(86_400), due(0.5)], 500],
    ['what is due already', [due(-5), due(86_400)], 1_000],
    ['what is under way', [decided(due(-5), now) ?? due(0)], 1_000],
  ])('with %s', (_, schedules, expected) => {
    expect(pauseBeforeLook(schedules, now)).toBe(expected);
  });
});
