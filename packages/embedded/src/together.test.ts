import { describe, expect, test } from 'vitest';
import { together } from './together.ts';

describe('work done together', () => {
  const doubling = () => {
    const groups: (readonly number[])[] = [];
    const double = together(
      (asked: number) => (asked % 2 === 0 ? 'even' : 'odd'),
      (asked) => {
        groups.push(asked);
        if (asked.includes(13)) throw new Error('unlucky');
        return asked.map((one) => one * 2);
      },
    );
    return { groups, double };
  };

  test('is what was asked in one turn, by key, and each gets its own result', async () => {
    const { groups, double } = doubling();
    expect(await Promise.all([2, 1, 4, 4, 3].map(double))).toEqual([4, 2, 8, 8, 6]);
    expect(groups).toEqual([
      [2, 4, 4],
      [1, 3],
    ]);
    expect(await double(6)).toBe(12);
    expect(groups).toHaveLength(3);
  });

  test('fails for those who asked together, and for nobody else', async () => {
    const { double } = doubling();
    const ends = await Promise.allSettled([1, 13, 2].map(double));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await double(5)).toBe(10);
  });
});
