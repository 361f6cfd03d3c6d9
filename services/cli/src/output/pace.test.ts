import { describe, expect, test } from 'vitest';
import { createPace } from './pace.ts';

describe('a pace', () => {
  test('is what was done over the time that it took, and what is left at that', () => {
    let now = 10_000;
    const pace = createPace(() => now);
    now += 2_000;
    expect(pace(4, 10)).toEqual({ perSecond: 2, seconds: 3 });
    expect(pace(4, null)).toEqual({ perSecond: 2, seconds: null });
    expect(pace(0, 10)).toEqual({ perSecond: 0, seconds: null });
  });

  test('is not known at first: a megabyte that was there at once is no gigabyte a second', () => {
    const pace = createPace(() => 10_000);
    expect(pace(1, 23)).toEqual({ perSecond: null, seconds: null });
  });
});
