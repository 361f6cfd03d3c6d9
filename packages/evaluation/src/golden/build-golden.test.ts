import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGolden } from './build-golden.ts';
import { goldenLimits } from './golden-limits.ts';

const queries = [
  { queryId: 'q2', text: 'two' },
  { queryId: 'q1', text: 'one' },
  { queryId: 'q3', text: 'nothing relevant' },
];
const judgements = [
  { queryId: 'q1', documentId: 'b', grade: 2 },
  { queryId: 'q1', documentId: 'a', grade: -1 },
  { queryId: 'q2', documentId: 'a', grade: 1 },
  { queryId: 'q3', documentId: 'a', grade: 0 },
  { queryId: 'unknown', documentId: 'a', grade: 1 },
];

describe('buildGolden', () => {
  it('keeps queries with a relevant document, in order, and counts the others', () => {
    expect(buildGolden(queries, judgements)).toMatchObject({
      queries: [
        { queryId: 'q1', text: 'one', judgements: { a: 0, b: 2 } },
        { queryId: 'q2', text: 'two', judgements: { a: 1 } },
      ],
      judgements: 3,
      withoutRelevant: 1,
    });
  });

  it('has one digest for the same judgements in any order, and another for any other', () => {
    const { digest } = buildGolden(queries, judgements);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(queries, { minLength: 3 }),
        fc.shuffledSubarray(judgements, { minLength: 5 }),
        (some, others) => {
          expect(buildGolden(some, others).digest).toBe(digest);
        },
      ),
    );
    expect(
      buildGolden(queries, [...judgements, { queryId: 'q2', documentId: 'c', grade: 0 }]).digest,
    ).not.toBe(digest);
  });

  it.each([
    ['two queries of one id', [...queries, { queryId: 'q1', text: 'again' }], judgements],
    ['an empty text', [{ queryId: 'q1', text: ' ' }], judgements],
    [
      'a text above the limit',
      [{ queryId: 'q1', text: 'a'.repeat(goldenLimits.textLength + 1) }],
      judgements,
    ],
    ['no query that has a relevant document', queries, []],
    ['half a grade', queries, [{ queryId: 'q1', documentId: 'a', grade: 0.5 }]],
    ['an empty document id', queries, [{ queryId: 'q1', documentId: '', grade: 1 }]],
  ])('refuses %s', (_name, given, judged) => {
    expect(() => buildGolden(given, judged)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('refuses more queries, and more judgements, than are kept', () => {
    const many = Array.from({ length: goldenLimits.queries + 1 }, (_, at) => ({
      queryId: `q${at}`,
      text: 'a',
    }));
    const each = many.map(({ queryId }) => ({ queryId, documentId: 'a', grade: 1 }));
    expect(() => buildGolden(many, each)).toThrow(/at most 20000/);
    const ofOne = Array.from({ length: goldenLimits.judgements + 1 }, (_, at) => ({
      queryId: 'q1',
      documentId: `d${at}`,
      grade: 1,
    }));
    expect(() => buildGolden(queries, ofOne)).toThrow(/500000 judgements/);
  });
});
