import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addsUpCodes, searchCodes } from './exact-search.ts';
import { quantise } from './quantised-vector.ts';

const codesOf = (dimensions: number) =>
  fc.array(fc.integer({ min: -127, max: 127 }), { minLength: dimensions, maxLength: dimensions });
const pairs = fc
  .constantFrom(1, 7, 64, 384, 1_000)
  .chain((dimensions) => fc.tuple(codesOf(dimensions), codesOf(dimensions)));

// Where they do not, they are compared by cosine.
test.runIf(addsUpCodes())('inner products of codes that add up are exact, whatever they are', () => {
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      const product = left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
      const query = { ...quantise(Float32Array.of(1)), codes: Int8Array.from(right), codeLength: 1 };
      const rows = { codes: Int8Array.from(left), count: 1, scale: 1 };
      const [found] = searchCodes(rows, [{ query, atLeast: Number.NEGATIVE_INFINITY }], 1);
      expect(found?.hits).toEqual([{ index: 0, score: product }]);
    }),
  );
});
