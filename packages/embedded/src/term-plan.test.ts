import { describe, expect, test } from 'vitest';
import { type CountedTerm, maxPostings, planTerms } from './term-plan.ts';

const counted = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([term, chunks]) => ({ term, chunks, weight: 1 }));
const names = (terms: readonly CountedTerm[] | null) => terms?.map(({ term }) => term) ?? null;
const planned = (terms: readonly CountedTerm[], chunks: number) => {
  const { scoring, choosing } = planTerms(terms, chunks);
  return { scoring: names(scoring), choosing: names(choosing) };
};

describe('planTerms', () => {
  test('scores every term that is there where the index is small', () => {
    const terms = counted({ the: 4_000, rare: 1, absent: 0 });
    expect(planned(terms, 4_000)).toEqual({ scoring: ['the', 'rare'], choosing: null });
  });

  test('leaves out terms of more than half of a large index', () => {
    const terms = counted({ the: 9_000, half: 5_000, rare: 1 });
    expect(planned(terms, 10_000).scoring).toEqual(['half', 'rare']);
  });

  test('keeps a common term that is alone', () => {
    expect(planned(counted({ the: 9_000, absent: 0 }), 10_000).scoring).toEqual(['the']);
  });

  test('finds nothing to ask for where no term is in the index', () => {
    expect(planned(counted({ absent: 0 }), 10)).toEqual({ scoring: [], choosing: null });
    expect(planned([], 10)).toEqual({ scoring: [], choosing: null });
  });

  test('lets the rarest terms choose where scoring all would be slow', () => {
    const terms = counted({ a: 40_000, b: 10_000, c: 9_000, d: 30_000, e: 100 });
    expect(planned(terms, 100_000)).toEqual({
      scoring: ['a', 'b', 'c', 'd', 'e'],
      choosing: ['e', 'c', 'b'],
    });
  });

  test('lets three terms choose whatever they cost', () => {
    const terms = counted({ a: 40_000, b: 41_000, c: 42_000, d: 43_000 });
    expect(planned(terms, 100_000).choosing).toEqual(['a', 'b', 'c']);
  });

  test('does not choose first where choosing would take every term', () => {
    const terms = counted({ a: 40_000, b: 41_000, c: 42_000 });
    expect(planned(terms, 100_000)).toEqual({ scoring: ['a', 'b', 'c'], choosing: null });
  });

  test('leaves out the commonest terms where all of them cost more than a query may', () => {
    const share = maxPostings / 4;
    const terms = counted({ a: share, rare: 7, b: share + 1, c: share + 2, d: share + 3 });
    const plan = planTerms(terms, 20 * share);
    expect(names(plan.scoring)).toEqual(['a', 'rare', 'b', 'c']);
    expect(plan.leftOut).toBe(1);
    expect(planTerms(counted({ only: 2 * maxPostings }), 9 * maxPostings).leftOut).toBe(0);
  });
});
