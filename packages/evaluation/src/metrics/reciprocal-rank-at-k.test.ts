import type { DocumentId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { reciprocalRankAtK } from './reciprocal-rank-at-k.ts';

const ids = (...names: string[]) => names as DocumentId[];
const grades = new Map([
  ['a' as DocumentId, 1],
  ['b' as DocumentId, 2],
  ['z' as DocumentId, 0],
]);

describe('reciprocalRankAtK', () => {
  it('is one over the rank of the first relevant document', () => {
    expect(reciprocalRankAtK(ids('z', 'x', 'b', 'a'), grades, 10)).toBeCloseTo(1 / 3, 12);
  });

  it('is 0 where the first relevant document stands below rank k', () => {
    expect(reciprocalRankAtK(ids('z', 'x', 'b'), grades, 2)).toBe(0);
  });
});
