import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedScores } from './checked-scores.ts';

const expected = { what: 'ranking', count: 2, scale: 'probability' } as const;
const scored = (...pairs: [number, number][]) => pairs.map(([index, score]) => ({ index, score }));

describe('checkedScores', () => {
  it('puts every score where its passage is, in whatever order they come', () => {
    const order = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 })
      .chain((scores) =>
        fc.tuple(fc.constant(scores), fc.shuffledSubarray([...scores.keys()], { minLength: scores.length })),
      );
    fc.assert(
      fc.property(order, ([scores, places]) => {
        const incoming = places.map((index) => ({ index, score: scores[index] ?? 0 }));
        expect(checkedScores(incoming, { ...expected, count: scores.length })).toEqual(
          scores.map((x) => x + 0),
        );
      }),
    );
  });

  it.each([
    ['one too few', scored([0, 0.5])],
    ['one too many', scored([0, 0.5], [1, 0.5], [2, 0.5])],
    ['one twice', scored([0, 0.5], [0, 0.4])],
    ['an index beyond', scored([0, 0.5], [2, 0.4])],
    ['an index below', scored([0, 0.5], [-1, 0.4])],
    ['half an index', scored([0, 0.5], [0.5, 0.4])],
    ['NaN', scored([0, 0.5], [1, Number.NaN])],
    ['infinity', scored([0, 0.5], [1, Number.POSITIVE_INFINITY])],
  ])('takes %s for a broken answer', (_, incoming) => {
    expect(() => checkedScores(incoming, expected)).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });

  it('refuses raw scores where probabilities are expected, and lets rounding pass', () => {
    const raw = scored([0, 3.2], [1, -4]);
    expect(() => checkedScores(raw, expected)).toThrow(
      expect.objectContaining({
        code: 'failed_precondition',
        message:
          'ranking: the endpoint gives a score of 3.200 where 0 to 1 is expected; let the server apply the sigmoid',
      }),
    );
    expect(checkedScores(raw, { ...expected, scale: 'relative' })).toEqual([3.2, -4]);
    expect(checkedScores(scored([0, 1.0000001], [1, -1e-9]), expected)).toEqual([1, 0]);
  });
});
