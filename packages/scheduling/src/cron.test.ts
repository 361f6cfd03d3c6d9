import { AppError } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextSlot, nextSlots, requireCronTime } from './cron.ts';

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';

function slotsOf(cron: string, timeZone: string, after: string, count: number): readonly string[] {
  return nextSlots({ cron, timeZone }, new Date(after), count).map((slot) => slot.toISOString());
}

describe('nextSlots', () => {
  test.each([
    [
      'a zone without summer time',
      '0 3 * * *',
      'Asia/Shanghai',
      '2026-03-28T12:00:00Z',
      ['28T19:00', '29T19:00', '30T19:00'],
    ],
    [
      'before, on and after the night the clocks go forward',
      '0 3 * * *',
      berlin,
      '2026-03-27T12:00:00Z',
      ['28T02:00', '29T01:00', '30T01:00'],
    ],
    [
      'a time that the clocks jump over: once, when they have',
      '30 2 * * *',
      berlin,
      '2026-03-27T12:00:00Z',
      ['28T01:30', '29T01:00', '30T00:30'],
    ],
    [
      'the same, in New York',
      '30 2 * * *',
      newYork,
      '2026-03-06T12:00:00Z',
      ['07T07:30', '08T07:00', '09T06:30'],
    ],
    [
      'a time that comes twice: once, at the first',
      '30 2 * * *',
      berlin,
      '2026-10-23T12:00:00Z',
      ['24T00:30', '25T00:30', '26T01:30'],
    ],
    [
      'the same, in New York',
      '30 1 * * *',
      newYork,
      '2026-10-30T12:00:00Z',
      ['31T05:30', '01T05:30', '02T06:30'],
    ],
    [
      'two times of a day, one of which comes twice',
      '30 2,14 * * *',
      berlin,
      '2026-10-24T20:00:00Z',
      ['25T00:30', '25T13:30', '26T01:30'],
    ],
    [
      'every half hour goes on through the hour that comes twice',
      '*/30 * * * *',
      berlin,
      '2026-10-25T00:00:00Z',
      ['25T00:30', '25T01:00', '25T01:30'],
    ],
  ])('%s: %s in %s', (_, cron, zone, after, expected) => {
    expect(slotsOf(cron, zone, after, 3).map((slot) => slot.slice(8, 16))).toEqual(expected);
  });

  test('takes seconds in front', () => {
    expect(slotsOf('*/20 0 3 * * *', 'UTC', '2026-11-28T02:59:59Z', 3)).toEqual([
      '2026-11-28T03:00:00.000Z',
      '2026-11-28T03:00:20.000Z',
      '2026-11-28T03:00:40.000Z',
    ]);
  });

  test('of any daily time in any zone, one comes each day of the year, each after the one before', () => {
    const daily = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      timeZone: fc.constantFrom(berlin, newYork, 'Asia/Shanghai', 'Australia/Lord_Howe'),
    });
    fc.assert(
      fc.property(daily, ({ hour, minute, timeZone }) => {
        const clock = new Intl.DateTimeFormat('en-CA', { timeZone });
        const slots = nextSlots(
          { cron: `${minute} ${hour} * * *`, timeZone },
          new Date('2026-01-01T12:00:00Z'),
          364,
        );
        expect(new Set(slots.map((slot) => clock.format(slot))).size).toBe(364);
        for (const [index, slot] of slots.entries()) {
          const before = slots[index - 1];
          if (before !== undefined) expect(slot.getTime()).toBeGreaterThan(before.getTime());
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('nextSlot', () => {
  test('is after the time that is given, and not at it', () => {
    const time = { cron: '0 3 * * *', timeZone: 'UTC' };
    expect(nextSlot(time, new Date('2026-11-28T03:00:00Z'))).toEqual(new Date('2026-11-29T03:00:00Z'));
    expect(nextSlot(time, new Date('2026-11-28T02:59:59.999Z'))).toEqual(new Date('2026-11-28T03:00:00Z'));
  });
});

describe('requireCronTime', () => {
  test.each([
    ['0 3 * * *', 'Mars/Olympus', 'is not one of the IANA list'],
    ['0 3 * * *', '+08:00', 'is not one of the IANA list'],
    ['0 3 * *', 'UTC', 'is not minute, hour, day'],
    ['0 25 * * *', 'UTC', 'is not minute, hour, day'],
    ['0 0 3 * * * 2031', 'UTC', 'is not minute, hour, day'],
    ['2031-01-01T00:00:00', 'UTC', 'is not minute, hour, day'],
    ['0 0 30 2 *', 'UTC', 'never comes'],
  ])('refuses %s in %s', (cron, timeZone, reason) => {
    const refused = () => requireCronTime({ cron, timeZone }, new Date());
    expect(refused).toThrow(reason);
    expect(refused).toThrow(AppError);
  });

  test.each(['0 3 * * *', '*/10 * * * * *', '@hourly', '0 3 * * MON-FRI', '0 3 L * *'])(
    'takes %s',
    (cron) => {
      expect(() => requireCronTime({ cron, timeZone: 'UTC' }, new Date())).not.toThrow();
    },
  );
});
