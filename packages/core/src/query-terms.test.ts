import { describe, expect, test } from 'vitest';
import { maxQueryTerms, weighTerms } from './query-terms.ts';

const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('weighTerms', () => {
  test('makes repeated terms weights, in the order in which they first came', () => {
    expect(weighTerms(['b', 'a', 'b'])).toEqual({
      terms: [
        { term: 'b', weight: 2 },
        { term: 'a', weight: 1 },
      ],
      leftOut: 0,
    });
  });

  test('leaves out what stands least often where there are more than the index is asked for', () => {
    const { terms, leftOut } = weighTerms([...many(maxQueryTerms + 3), 'last', 'last']);
    expect(leftOut).toBe(4);
    expect(terms).toHaveLength(maxQueryTerms);
    expect(terms[0]).toEqual({ term: 'last', weight: 2 });
    expect(terms[1]?.term).toBe('t0');
  });
});
