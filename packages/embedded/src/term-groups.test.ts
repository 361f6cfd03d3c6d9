import { describe, expect, test } from 'vitest';
import { groupTerms } from './term-groups.ts';

const term = (name: string, chunks: number, weight = 1) => ({ term: name, chunks, weight });

describe('groupTerms', () => {
  test('leaves the few terms of a question together', () => {
    expect(groupTerms([term('a', 10), term('b', 200)])).toEqual([
      { terms: ['a', 'b'], weight: 1, postings: 210 },
    ]);
  });

  test('sets terms of another weight apart', () => {
    const groups = groupTerms([term('a', 1), term('b', 1, 3), term('c', 1)]);
    expect(groups.map(({ terms, weight }) => [terms, weight])).toEqual([
      [['a', 'c'], 1],
      [['b'], 3],
    ]);
  });

  test('bounds the terms and the postings of a group', () => {
    const many = Array.from({ length: 40 }, (_, index) => term(`t${index}`, 10));
    expect(groupTerms(many).map(({ terms }) => terms.length)).toEqual([16, 16, 8]);
    const common = [term('a', 15_000), term('b', 15_000), term('c', 500_000), term('d', 1)];
    expect(groupTerms(common).map(({ terms }) => terms)).toEqual([['a'], ['b'], ['c'], ['d']]);
  });
});
