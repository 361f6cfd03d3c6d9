import type { ScheduleView } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { outcomeText, scheduleFacts, timeThere, workText } from './schedule-text.ts';

const view: ScheduleView = {
  corpus: 'handbook',
  cron: '0 3 * * *',
  tz: 'Europe/Berlin',
  window: '22:00-06:00',
  reindex: false,
  promoteIfVerified: false,
  evaluate: false,
  webhook: null,
  next: '2026-03-29T01:00:00.000Z',
  nextRuns: ['2026-03-28T02:00:00.000Z', '2026-03-29T01:00:00.000Z'],
  last: null,
  notTold: { count: 0, problem: null },
};

describe('timeThere', () => {
  test.each([
    ['2026-03-28T02:00:00Z', 'Europe/Berlin', 'Sat 2026-03-28 03:00:00 +01:00'],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', 'Sun 2026-03-29 03:00:00 +02:00'],
    ['2026-11-28T19:00:00Z', 'Asia/Shanghai', 'Sun 2026-11-29 03:00:00 +08:00'],
    ['2026-11-28T19:00:00Z', 'UTC', 'Sat 2026-11-28 19:00:00 +00:00'],
    ['2026-11-28T00:00:00Z', 'America/New_York', 'Fri 2026-11-27 19:00:00 -05:00'],
  ])('%s is in %s %s', (iso, zone, expected) => {
    expect(timeThere(iso, zone)).toBe(expected);
  });
});

describe('scheduleFacts', () => {
  const factOf = (name: string, shown: ScheduleView) =>
    scheduleFacts(shown).find(([fact]) => fact === name)?.[1];

  test('tells the next times by the clock of the zone', () => {
    expect(factOf('next', view)).toBe('Sat 2026-03-28 03:00:00 +01:00\nSun 2026-03-29 03:00:00 +02:00');
  });

  test('tells what a webhook has not taken, and why', () => {
    const webhook = { url: 'https://ops.example.com/x', secretEnv: 'WINNOW_WEBHOOK_SECRET' };
    const shown = { ...view, webhook, notTold: { count: 2, problem: 'ops.example.com answered 503' } };
    expect(factOf('webhook', shown)).toBe('https://ops.example.com/x, signed by WINNOW_WEBHOOK_SECRET');
    expect(factOf('not told yet', shown)).toBe('2: ops.example.com answered 503');
    expect(factOf('not told yet', view)).toBeUndefined();
  });
});

describe('workText', () => {
  test.each([
    [{}, 'sync'],
    [{ evaluate: true }, 'sync, evaluate'],
    [{ reindex: true, promoteIfVerified: true, evaluate: true }, 'reindex, promote if verified, evaluate'],
  ])('of %j is %s', (asked, expected) => {
    expect(workText({ ...view, ...asked })).toBe(expected);
  });
});

describe('outcomeText', () => {
  const slot = { slot: '2026-03-28T02:00:00Z', run: 'r1' as never, message: null, at: null };

  test.each([
    [null, 'none yet'],
    [{ ...slot, state: 'running' as const }, 'running (run r1)'],
    [
      { ...slot, run: null, state: 'skipped' as const, message: 'run r0 is under way' },
      'skipped: run r0 is under way',
    ],
  ])('of %j is %s', (last, expected) => {
    expect(outcomeText(last)).toBe(expected);
  });
});
