import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metadataTerms, sortableNumber, valueTerm } from './metadata-terms.ts';

describe('sortableNumber', () => {
  test('sorts as numbers do', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [left, right] = [sortableNumber(a), sortableNumber(b)];
        expect([left < right, left === right]).toEqual([a < b, a === b]);
      }),
    );
  });

  test('is 16 hexadecimal digits, and the same for 0 and -0', () => {
    expect(sortableNumber(-0)).toBe(sortableNumber(0));
    expect(sortableNumber(Number.NEGATIVE_INFINITY)).toBe('000fffffffffffff');
    expect(sortableNumber(1)).toBe('bff0000000000000');
  });
});

describe('metadataTerms', () => {
  test('tell types, fields and values apart', () => {
    const terms = [
      valueTerm('a', 1),
      valueTerm('a', '1'),
      valueTerm('a', true),
      valueTerm('a', 'true'),
      valueTerm('a","1', 1),
      valueTerm('a.b', 1),
    ];
    expect(new Set(terms).size).toBe(terms.length);
  });

  test('hold each value of a list once, and nothing of an empty list', () => {
    expect(metadataTerms({ tags: ['x', 'y', 'x'], none: [] })).toEqual([
      '["tags"]',
      '["tags","x"]',
      '["tags","y"]',
    ]);
  });

  test('stay short however long names and values are', () => {
    const terms = metadataTerms({ long: '文'.repeat(100_000), ['k'.repeat(50_000)]: 1 });
    expect(Math.max(...terms.map((term) => Buffer.byteLength(term)))).toBeLessThan(4_000);
    expect(metadataTerms({ long: `${'文'.repeat(100_000)}!` })).not.toEqual(terms.slice(0, 2));
  });
});
