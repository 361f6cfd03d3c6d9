import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOf } from './time-value.ts';

describe('timeOf', () => {
  it.each([
    ['2026-03-04', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T10:30', '2026-03-04T10:30:00.000Z'],
    ['2026-03-04 10:30:15.123456+01', '2026-03-04T09:30:15.123Z'],
    ['2026-03-04T10:30:00+0530', '2026-03-04T05:00:00.000Z'],
    ['2026-03-04t10:30:00z', '2026-03-04T10:30:00.000Z'],
    ['Wed, 4 Mar 2026 10:30:00 +0100', '2026-03-04T09:30:00.000Z'],
    [1_772_620_200, '2026-03-04T10:30:00.000Z'],
    [1_772_620_200_000, '2026-03-04T10:30:00.000Z'],
  ])('reads %s', (value, moment) => {
    expect(new Date(timeOf(value) ?? Number.NaN).toISOString()).toBe(moment);
  });

  it.each([
    '3/4/2026',
    'yesterday',
    '',
    '2026',
    '2026-13-01',
    '2026-02-30T10:00',
    null,
    {},
    true,
    Number.NaN,
  ])('does not guess at %s', (value) => {
    expect(timeOf(value)).toBeNull();
  });

  it('reads what it has written', () => {
    const moments = fc.date({
      noInvalidDate: true,
      min: new Date('1000-01-01'),
      max: new Date('9999-01-01'),
    });
    fc.assert(fc.property(moments, (date) => timeOf(date.toISOString()) === date.getTime()));
  });
});
