import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { createTestBench, type TestBench } from '../testing/test-bench.ts';
import { askedFor } from './decide-slot.ts';

const everything = { cron: '0 3 * * *', reindex: true, promoteIfVerified: true, evaluate: true };

/** A slot that has begun, and a process that looks after it. */
async function begun(request: Parameters<TestBench['set']>[0]) {
  const bench = createTestBench('2026-11-28T02:59:00Z');
  await bench.set(request);
  const timekeeper = bench.boot();
  await bench.lookAt('2026-11-28T03:00:00Z', timekeeper);
  return { bench, timekeeper };
}

describe('the work of a slot', () => {
  test.each([
    [{ cron: '0 3 * * *' }, []],
    [{ cron: '0 3 * * *', evaluate: true }, ['evaluate']],
    [{ cron: '0 3 * * *', reindex: true }, []],
    [{ cron: '0 3 * * *', reindex: true, promoteIfVerified: true }, ['verify 1', 'promote 1']],
    [everything, ['verify 1', 'promote 1', 'evaluate']],
  ])('of %j asks for %j after its run', async (request, asked) => {
    const { bench, timekeeper } = await begun(request);
    await bench.lookAt('2026-11-28T03:10:00Z', timekeeper);
    expect(bench.asked).toEqual([]);
    bench.end();
    await bench.lookAt('2026-11-28T03:11:00Z', timekeeper);
    expect(bench.asked).toEqual(asked);
    expect(await bench.schedule()).toMatchObject({
      current: null,
      last: { state: 'completed', runId: bench.made[0], at: '2026-11-28T03:11:00.000Z' },
    });
  });

  test('switches to nothing that did not pass, and says what was lacking', async () => {
    const { bench, timekeeper } = await begun(everything);
    bench.verdict = { passed: false, message: 'generation 1 did not pass (coverage)' };
    bench.end();
    await bench.lookAt('2026-11-28T03:10:00Z', timekeeper);
    expect(bench.asked).toEqual(['verify 1']);
    expect((await bench.schedule()).last).toMatchObject({
      state: 'unverified',
      message: 'generation 1 did not pass (coverage)',
    });
  });

  test.each(['failed', 'canceled'] as const)(
    'ends with a run that is %s, and does nothing after it',
    async (state) => {
      const { bench, timekeeper } = await begun(everything);
      bench.end(state, 'for a reason');
      await bench.lookAt('2026-11-28T03:10:00Z', timekeeper);
      expect(bench.asked).toEqual([]);
      expect((await bench.schedule()).last).toMatchObject({ state, message: 'for a reason' });
    },
  );

  const calls = ['update', 'updated', 'start', 'started', 'run', 'verify', 'promote', 'evaluate'];
  test.each(calls.flatMap((call) => [1, 2, 3, 4, 5].map((nth) => [call, nth] as const)))(
    'goes on after a process was killed at %s, the %i. time',
    async (call, nth) => {
      const bench = createTestBench('2026-11-28T02:59:00Z');
      await bench.set(everything);
      let left = nth;
      let isDead = false;
      bench.onCall = (name) => {
        if (name === call) left -= 1;
        isDead ||= left === 0;
        if (isDead) throw new AppError('canceled', 'killed');
      };
      const live = async (time: string) => {
        await bench.lookAt(time, bench.boot()).catch(() => {});
        // A new process comes up in its place.
        if (isDead) bench.onCall = () => {};
      };
      await live('2026-11-28T03:00:00Z');
      await live('2026-11-28T03:00:10Z');
      bench.end();
      for (let look = 20; look < 60; look += 10) await live(`2026-11-28T03:00:${look}Z`);
      expect(bench.made).toHaveLength(1);
      expect([...new Set(bench.asked)]).toEqual(['verify 1', 'promote 1', 'evaluate']);
      expect((await bench.schedule()).last).toMatchObject({ state: 'completed', runId: bench.made[0] });
    },
  );

  test.each(['start', 'verify', 'promote', 'evaluate'])(
    'tries %s again while something around it is away',
    async (call) => {
      const { bench, timekeeper } = await begun(everything);
      bench.end();
      if (call === 'start') {
        await bench.lookAt('2026-11-28T03:01:00Z', timekeeper);
        bench.now = Date.parse('2026-11-29T02:59:00Z');
      }
      let tries = 0;
      bench.onCall = (name) => {
        if (name !== call) return;
        tries += 1;
        if (tries <= 4) throw new AppError('unavailable', 'the index is away');
      };
      const begin = call === 'start' ? Date.parse('2026-11-29T03:00:00Z') : bench.now;
      await bench.lookAt(begin, timekeeper);
      expect((await bench.schedule()).current).toMatchObject({ tries: 1, message: 'the index is away' });
      // 2, 4, 8 and 16 seconds.
      for (let now = begin; now <= begin + 31_000; now += 1_000) await bench.lookAt(now, timekeeper);
      expect(tries).toBe(5);
      bench.end();
      await bench.lookAt(begin + 60_000, timekeeper);
      expect((await bench.schedule()).last).toMatchObject({ state: 'completed' });
    },
  );

  test('stays where it is when its process ends in the middle of a step', async () => {
    const { bench, timekeeper } = await begun(everything);
    bench.end();
    bench.onCall = (name) => {
      if (name === 'verify') throw new AppError('canceled', 'the process ends');
    };
    await bench.lookAt('2026-11-28T03:10:00Z', timekeeper);
    expect((await bench.schedule()).current).toMatchObject({ step: 'verifying', tries: 0, message: null });
    bench.onCall = () => {};
    await bench.lookAt('2026-11-28T03:10:01Z', bench.boot());
    expect((await bench.schedule()).last).toMatchObject({ state: 'completed' });
  });

  test('is given up where a step meets nothing but trouble for six hours', async () => {
    const { bench, timekeeper } = await begun(everything);
    bench.end();
    bench.onCall = (name) => {
      if (name === 'verify') throw new AppError('unavailable', 'the index is away');
    };
    for (let minutes = 1; minutes <= 6 * 60 + 5; minutes++) {
      await bench.lookAt(Date.parse('2026-11-28T03:00:00Z') + minutes * 60_000, timekeeper);
    }
    expect((await bench.schedule()).last).toMatchObject({ state: 'failed', message: 'the index is away' });
  });

  test('is unverified where the generation may not take the live one’s place after all', async () => {
    const { bench, timekeeper } = await begun(everything);
    bench.end();
    bench.onCall = (name) => {
      if (name === 'promote') throw new AppError('failed_precondition', 'it differs from the live one');
    };
    await bench.lookAt('2026-11-28T03:10:00Z', timekeeper);
    expect((await bench.schedule()).last).toMatchObject({
      state: 'unverified',
      message: 'it differs from the live one',
    });
  });

  test('is completed though it could not be evaluated, and says so', async () => {
    const { bench, timekeeper } = await begun({ cron: '0 3 * * *', evaluate: true });
    bench.end();
    bench.onCall = (name) => {
      if (name === 'evaluate') throw new AppError('not_found', 'the model is not there');
    };
    await bench.lookAt('2026-11-28T03:10:00Z', timekeeper);
    expect((await bench.schedule()).last).toMatchObject({
      state: 'completed',
      message: 'not evaluated: the model is not there',
    });
  });

  test('has the hours of its schedule, unless somebody asks for it by hand', async () => {
    const { bench, timekeeper } = await begun({
      cron: '0 3 * * *',
      tz: 'Asia/Shanghai',
      window: '22:00-06:00',
    });
    await bench.lookAt('2026-11-28T19:00:00Z', timekeeper);
    expect(bench.runs.get(bench.made[0] as never)?.window).toEqual({
      from: '22:00',
      to: '06:00',
      timeZone: 'Asia/Shanghai',
    });
    bench.end();
    await bench.lookAt('2026-11-28T20:00:00Z', timekeeper);
    await bench.schedules.update((await bench.schedule()).corpus, (each) =>
      askedFor(each, new Date(bench.now)),
    );
    await bench.lookAt('2026-11-28T20:00:01Z', timekeeper);
    expect(bench.runs.get(bench.made[1] as never)?.window).toBeUndefined();
  });
});
