import type { DocumentId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { recallAtK } from './recall-at-k.ts';

const ids = (...names: string[]) => names as DocumentId[];
const grades = (entries: Record<string, number>) =>
  new Map(Object.entries(entries) as [DocumentId, number][]);

describe('recallAtK', () => {
  it('is the share of relevant documents found; grade 0 is not relevant', () => {
    expect(recallAtK(ids('a', 'z', 'b'), grades({ a: 1, b: 3, c: 1, z: 0 }), 100)).toBeCloseTo(2 / 3, 12);
  });

  it('counts the first k ranks alone', () => {
    expect(recallAtK(ids('x', 'a'), grades({ a: 1 }), 1)).toBe(0);
    expect(recallAtK(ids('x', 'a'), grades({ a: 1 }), 2)).toBe(1);
  });

  it('is 0 where nothing is relevant', () => {
    expect(recallAtK(ids('x'), grades({ x: 0 }), 10)).toBe(0);
  });
});
