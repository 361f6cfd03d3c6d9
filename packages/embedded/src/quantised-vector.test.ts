import { unitVector } from '@winnow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonScale, quantise } from './quantised-vector.ts';

const dot = (left: ArrayLike<number>, right: ArrayLike<number>) =>
  Array.from(left).reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
const cosine = (left: ArrayLike<number>, right: ArrayLike<number>) =>
  dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));

describe('quantise', () => {
  test('fills the range of a byte, whatever the size of the numbers', () => {
    expect([...quantise(Float32Array.of(0.2, -0.4, 0.1, 0)).codes]).toEqual([64, -127, 32, 0]);
    expect([...quantise(Float32Array.of(1e-20, -2e-20)).codes]).toEqual([64, -127]);
  });

  test('says how far a cosine with the codes may be off', () => {
    const lengths = fc.constantFrom(4, 64, 384, 1_536);
    fc.assert(
      fc.property(lengths, fc.integer(), fc.integer(), (dimensions, one, other) => {
        const [left, right] = [unitVector(one, dimensions), unitVector(other, dimensions)];
        const [rounded, asked] = [quantise(left), quantise(right)];
        const off = Math.abs(cosine(rounded.codes, asked.codes) - dot(left, right));
        expect(off).toBeLessThanOrEqual(rounded.looseness + asked.looseness + 1e-6);
        expect(rounded.looseness).toBeLessThan(0.02);
      }),
    );
  });

  test('says how far an inner product by a common scale may be off', () => {
    const lengths = fc.constantFrom(4, 64, 384, 1_536);
    fc.assert(
      fc.property(lengths, fc.integer(), fc.integer(), (dimensions, one, other) => {
        const [left, right] = [unitVector(one, dimensions), unitVector(other, dimensions)];
        const scale = commonScale(unitVector(0, dimensions));
        const [rounded, asked] = [quantise(left, scale), quantise(right)];
        const product = dot(rounded.codes, asked.codes) / (rounded.scale * asked.codeLength);
        expect(Math.abs(product - dot(left, right))).toBeLessThanOrEqual(
          rounded.looseness + asked.looseness + 1e-6,
        );
        expect(rounded.looseness).toBeLessThan(0.02);
      }),
    );
  });

  test('takes the common scale where the vector fits, and else its own', () => {
    const scale = commonScale(unitVector(1, 384));
    expect(quantise(unitVector(2, 384), scale).scale).toBe(scale);
    const [large] = [new Float32Array(384)];
    large[7] = 1;
    expect(quantise(large, scale).scale).toBe(127);
  });

  test.each([
    ['zeros', Float32Array.of(0, 0)],
    ['what is no number', Float32Array.of(Number.NaN, 1)],
  ])('makes codes of zero of %s', (_, vector) => {
    expect(quantise(vector)).toMatchObject({
      codes: new Int8Array(2),
      looseness: 0,
      length: 0,
      codeLength: 0,
    });
  });
});
