import fc from 'fast-check';
import { expect, it } from 'vitest';
import { smallestOf } from './smallest-of.ts';

it('gives the smallest distinct hashes in order', () => {
  const hashes = fc.array(fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(hashes, fc.integer({ min: 1, max: 8 }), (some, count) => {
      const sorted = [...new Set(some)].sort((left, right) => left - right);
      expect(smallestOf(Uint32Array.from(some), count)).toEqual(sorted.slice(0, count));
    }),
  );
});
