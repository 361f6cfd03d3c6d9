import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeVector, decodeVectorBytes, encodeVector } from './vector-codec.ts';

describe('encodeVector', () => {
  test('is base64 of big-endian float32', () => {
    expect(Buffer.from(encodeVector(Float32Array.of(1, -2)), 'base64').toString('hex')).toBe(
      '3f800000c0000000',
    );
  });

  test('reads a view as what it shows, and leaves it unchanged', () => {
    const view = Float32Array.of(9, 1, 9).subarray(1, 2);
    expect(encodeVector(view)).toBe(encodeVector(Float32Array.of(1)));
    expect(view[0]).toBe(1);
  });
});

/** A float32 as the server writes it: the shortest decimal that names it. */
function shortestDecimal(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toPrecision(9);
}

describe('decodeVector', () => {
  test('restores every bit of float32 values written as decimals', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true }), (vector) => {
        const json = `[${[...vector].map(shortestDecimal).join()}]`;
        const restored = decodeVector(JSON.parse(json));
        expect(Buffer.from(restored.buffer).equals(Buffer.from(vector.slice().buffer))).toBe(true);
      }),
    );
  });
});

describe('decodeVectorBytes', () => {
  test('restores every bit of what encodeVector wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const vector = new Float32Array(bytes.slice(0, bytes.length - (bytes.length % 4)).buffer);
        const restored = decodeVectorBytes(encodeVector(vector));
        expect(Buffer.from(restored.buffer).equals(Buffer.from(vector.buffer))).toBe(true);
      }),
    );
  });
});
