import { describe, expect, test } from 'vitest';
import { bytesOf, soundVectorOf } from './stored-vector.ts';

const unit = Float32Array.of(0.6, -0, 0.8, 1e-45);

describe('soundVectorOf', () => {
  test('gives back what was stored, bit for bit, wherever the bytes lie', () => {
    const bytes = bytesOf(unit);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const read = soundVectorOf(shifted.subarray(1), 4);
    expect(read && Buffer.from(bytesOf(read))).toEqual(Buffer.from(bytes));
  });

  test.each([
    ['that is absent', null],
    ['of fewer numbers', bytesOf(unit.subarray(0, 3))],
    ['of more numbers', bytesOf(Float32Array.of(...unit, 0))],
    ['cut inside a number', bytesOf(unit).subarray(0, 15)],
    ['without a byte', new Uint8Array()],
    ['of zeros', bytesOf(new Float32Array(4))],
    ['longer than 1', bytesOf(unit.map((value) => value * 1.002))],
    ['shorter than 1', bytesOf(unit.map((value) => value * 0.998))],
    ['that is not a number', bytesOf(Float32Array.of(1, 0, 0, Number.NaN))],
    ['without an end', bytesOf(Float32Array.of(1, 0, 0, Number.POSITIVE_INFINITY))],
  ])('gives nothing for a vector %s', (_, bytes) => {
    expect(soundVectorOf(bytes, 4)).toBeNull();
  });

  test('bears what rounding to 32 bits does to the length', () => {
    expect(soundVectorOf(bytesOf(unit.map((value) => value * 1.0009)), 4)).not.toBeNull();
  });
});
