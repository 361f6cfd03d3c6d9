import type { DocumentId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { ndcgAtK } from './ndcg-at-k.ts';

const ids = (...names: string[]) => names as DocumentId[];
const grades = (entries: Record<string, number>) =>
  new Map(Object.entries(entries) as [DocumentId, number][]);

describe('ndcgAtK', () => {
  it('uses linear gains, as trec_eval does', () => {
    // (2 + 1 ÷ log2 4) ÷ (2 + 1 ÷ log2 3) = 2.5 ÷ 2.6309; exponential gains would give 0.9640.
    expect(ndcgAtK(ids('a', 'x', 'b'), grades({ a: 2, b: 1 }), 10)).toBeCloseTo(0.95023, 5);
  });

  it('is 1 for the best possible order and 0 where nothing relevant was found', () => {
    expect(ndcgAtK(ids('a', 'b', 'x'), grades({ a: 2, b: 1, x: 0 }), 10)).toBe(1);
    expect(ndcgAtK(ids('x', 'y'), grades({ a: 2 }), 10)).toBe(0);
    expect(ndcgAtK([], grades({ a: 2 }), 10)).toBe(0);
    expect(ndcgAtK(ids('a'), grades({ a: 0 }), 10)).toBe(0);
  });

  it('looks at the first k ranks of both the ranking and the best possible order', () => {
    expect(ndcgAtK(ids('x', 'a'), grades({ a: 1 }), 1)).toBe(0);
    expect(ndcgAtK(ids('a'), grades({ a: 1, b: 1, c: 1 }), 1)).toBe(1);
  });
});
