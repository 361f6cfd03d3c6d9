import type { SourceId, Uncovered } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUncovered, deletionLimit, isUncovered, withheldDeletions } from './deletion-guard.ts';

const searchable = (count: number) => ({ all: count, searchable: count });

describe('the deletion guard', () => {
  it('lets through what is little by number or by share, and withholds what is neither', () => {
    const guard = { documents: 10, share: 0.1 };
    expect(deletionLimit(guard, 40)).toBe(10);
    expect(deletionLimit(guard, 1_000)).toBe(100);
    expect(withheldDeletions(searchable(10), { limit: 10, approved: null })).toBeNull();
    expect(withheldDeletions(searchable(11), { limit: 10, approved: null })).toEqual({
      count: 11,
      limit: 10,
    });
  });

  it('heeds an approval as a ceiling, above and below its own limit', () => {
    expect(withheldDeletions(searchable(500), { limit: 10, approved: 500 })).toBeNull();
    expect(withheldDeletions(searchable(501), { limit: 10, approved: 500 })).toEqual({
      count: 501,
      limit: 500,
    });
    expect(withheldDeletions(searchable(5), { limit: 10, approved: 3 })).toEqual({ count: 5, limit: 3 });
  });

  it('is about what readers find: what never got in goes with its file, however much of it there is', () => {
    expect(withheldDeletions({ all: 900, searchable: 10 }, { limit: 10, approved: null })).toBeNull();
    expect(withheldDeletions({ all: 900, searchable: 11 }, { limit: 10, approved: null })).toEqual({
      count: 900,
      limit: 10,
    });
  });
});

const place = fc.record({
  sourceId: fc.constantFrom('a', 'b'),
  prefix: fc.stringMatching(/^[xy/]{0,4}$/),
  reason: fc.constant('no permission'),
});

describe('places that were not looked into', () => {
  it('cover the same documents however they are put together', () => {
    fc.assert(
      fc.property(fc.array(place), fc.array(place), fc.stringMatching(/^[xy/]{0,6}$/), (some, more, id) => {
        const all: readonly Uncovered[] = addUncovered(addUncovered([], some), more);
        for (const sourceId of ['a', 'b']) {
          const expected = [...some, ...more].some(
            (each) => each.sourceId === sourceId && id.startsWith(each.prefix),
          );
          expect(isUncovered({ documentId: id, sourceId }, all)).toBe(expected);
        }
      }),
    );
  });

  it('become the whole source where they are very many', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      sourceId: 'a' as SourceId,
      prefix: `folder-${index}/`,
      reason: 'no permission',
    }));
    const all = addUncovered([], many);
    expect(all).toHaveLength(1);
    expect(isUncovered({ documentId: 'elsewhere.md', sourceId: 'a' }, all)).toBe(true);
    expect(isUncovered({ documentId: 'elsewhere.md', sourceId: 'b' }, all)).toBe(false);
  });
});
