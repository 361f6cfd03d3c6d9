import { describe, expect, it } from 'vitest';
import { maxMetadataKeys } from './document.ts';
import { metadataOf } from './metadata.ts';

describe('metadataOf', () => {
  it('keeps simple values and lists of one type, and drops the rest', () => {
    const fields = {
      lang: '中文',
      year: 2024,
      draft: false,
      tags: ['a', 'b'],
      pages: [1, 2],
      mixed: ['a', 1],
      none: null,
      nested: { a: 1 },
      infinite: Number.POSITIVE_INFINITY,
      empty: [],
      long: 'x'.repeat(5_000),
    };
    expect(metadataOf(Object.entries(fields))).toEqual({
      lang: '中文',
      year: 2024,
      draft: false,
      tags: ['a', 'b'],
      pages: [1, 2],
    });
  });

  it('keeps the first keys where there are too many', () => {
    const metadata = metadataOf(Array.from({ length: 100 }, (_, at) => [`key${at}`, at] as const));
    expect(Object.keys(metadata)).toHaveLength(maxMetadataKeys);
    expect(metadata.key0).toBe(0);
  });

  it('cannot be used to reach a prototype', () => {
    const metadata = metadataOf(Object.entries(JSON.parse('{"__proto__":"x","constructor":"y"}')));
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.keys(metadata)).toEqual(['__proto__', 'constructor']);
  });
});
