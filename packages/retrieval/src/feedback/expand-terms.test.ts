import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandTerms } from './expand-terms.ts';

const term = fc.constantFrom('pump', 'filter', 'litre', 'year', '专利', 'pp-9');
const passage = fc.record({
  terms: fc.array(fc.oneof(term, fc.string({ minLength: 1, maxLength: 3 })), { maxLength: 60 }),
  score: fc.double({ min: -5, max: 5, noNaN: true }),
});
const timesOf = (terms: readonly string[], wanted: string) => terms.filter((one) => one === wanted).length;

describe('expandTerms', () => {
  it('keeps every term of the query, adds at most twenty and repeats none more than sixteen times', () => {
    fc.assert(
      fc.property(
        fc.array(term, { maxLength: 40 }),
        fc.array(passage, { maxLength: 10 }),
        (query, passages) => {
          const expanded = expandTerms(query, passages);
          const distinct = new Set(expanded);
          for (const one of query) expect(distinct).toContain(one);
          const added = [...distinct].filter((one) => !query.some((own) => own === one));
          expect(added.length).toBeLessThanOrEqual(20);
          const known = new Set(passages.flatMap(({ terms }) => terms));
          for (const one of added) expect(known).toContain(one);
          if (expanded !== query)
            for (const one of distinct) expect(timesOf(expanded, one)).toBeLessThanOrEqual(16);
        },
      ),
    );
  });

  it('leaves the query as it is where there is nothing to learn from', () => {
    expect(expandTerms(['pump', 'pump'], [])).toEqual(['pump', 'pump']);
    expect(expandTerms(['pump'], [{ terms: [], score: 1 }])).toEqual(['pump']);
    expect(expandTerms([], [{ terms: ['pump'], score: 1 }])).toEqual([]);
  });

  it('weighs a term by how much of a passage it is, and a passage by its score', () => {
    const expanded = expandTerms(
      ['pump'],
      [
        { terms: ['valve', 'valve', 'gasket', 'spring'], score: 1 },
        { terms: ['garden', 'evening', 'plant', 'water'], score: -1 },
      ],
    );
    expect(timesOf(expanded, 'pump')).toBe(16);
    expect(timesOf(expanded, 'valve')).toBeGreaterThan(timesOf(expanded, 'gasket'));
    expect(timesOf(expanded, 'gasket')).toBeGreaterThan(timesOf(expanded, 'garden'));
  });

  it('gives query and passages half of the weight each', () => {
    const expanded = expandTerms(['pump', 'litre'], [{ terms: ['valve', 'gasket'], score: 0 }]);
    expect(expanded.length).toBe(64);
    expect(timesOf(expanded, 'valve')).toBe(timesOf(expanded, 'pump'));
  });
});
