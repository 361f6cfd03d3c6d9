import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, opensAt, type RunWindow } from './window.ts';

const night: RunWindow = { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };

describe('isWithin', () => {
  test.each([
    ['2026-11-28T20:59:59Z', false],
    ['2026-11-28T21:00:00Z', true],
    ['2026-11-29T04:59:59Z', true],
    ['2026-11-29T05:00:00Z', false],
    ['2026-11-29T11:00:00Z', false],
  ])('over midnight, by the clock of its zone: %s is %s', (at, expected) => {
    expect(isWithin(night, new Date(at))).toBe(expected);
  });

  test('within one day', () => {
    const noon: RunWindow = { from: '12:00', to: '13:00', timeZone: 'Asia/Kolkata' };
    expect(isWithin(noon, new Date('2026-11-28T06:30:00Z'))).toBe(true);
    expect(isWithin(noon, new Date('2026-11-28T07:30:00Z'))).toBe(false);
  });

  test('the same time twice is the whole day', () => {
    const always: RunWindow = { from: '03:00', to: '03:00', timeZone: 'UTC' };
    expect(isWithin(always, new Date('2026-11-28T15:00:00Z'))).toBe(true);
  });
});

describe('opensAt', () => {
  test('a time within the window stays', () => {
    const at = new Date('2026-11-28T21:00:30Z');
    expect(opensAt(night, at)).toEqual(at);
  });

  test('opens to the minute, by the clock of its zone', () => {
    expect(opensAt(night, new Date('2026-11-28T05:00:01Z'))).toEqual(new Date('2026-11-28T21:00:00Z'));
  });

  test('moves with the clocks of its zone', () => {
    // Summer time begins in Berlin on 29 March 2026: 22:00 is 21:00 UTC on the day before, and 20:00 on that day.
    expect(opensAt(night, new Date('2026-03-28T12:00:00Z'))).toEqual(new Date('2026-03-28T21:00:00Z'));
    expect(opensAt(night, new Date('2026-03-29T12:00:00Z'))).toEqual(new Date('2026-03-29T20:00:00Z'));
  });

  test('a window that the clocks jump over opens on the next day', () => {
    const gone: RunWindow = { from: '02:10', to: '02:50', timeZone: 'Europe/Berlin' };
    expect(opensAt(gone, new Date('2026-03-29T00:00:00Z'))).toEqual(new Date('2026-03-30T00:10:00Z'));
  });

  test('of any window, at any time, it is open then, and was not before', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    const window = fc.record({
      from: time,
      to: time,
      timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe'),
    });
    const at = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(window, at, (given, now) => {
        const open = opensAt(given, now);
        expect(isWithin(given, open)).toBe(true);
        expect(open.getTime()).toBeGreaterThanOrEqual(now.getTime());
        if (open > now) expect(isWithin(given, new Date(open.getTime() - 60_000))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
