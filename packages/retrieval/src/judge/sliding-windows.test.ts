import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slidingWindows, stepFor } from './sliding-windows.ts';

describe('slidingWindows', () => {
  it('goes from the end to the front, as RankGPT does', () => {
    expect(slidingWindows(40, 20, 10)).toEqual([
      { start: 20, end: 40 },
      { start: 10, end: 30 },
      { start: 0, end: 20 },
    ]);
    expect(slidingWindows(25, 20, 10)).toEqual([
      { start: 5, end: 25 },
      { start: 0, end: 15 },
    ]);
    expect(slidingWindows(7, 20, 10)).toEqual([{ start: 0, end: 7 }]);
  });

  it('shows every passage, and ends at the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 20 }), (count, size) => {
        const windows = slidingWindows(count, size, stepFor(size));
        const shown = new Set(
          windows.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)),
        );
        expect(shown.size).toBe(count);
        expect(windows.at(-1)?.start).toBe(0);
        expect(windows.every(({ start, end }) => end > start && end - start <= size)).toBe(true);
      }),
    );
  });
});
