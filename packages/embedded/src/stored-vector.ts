import { dot } from '@winnow/core';

/** A vector's length may differ from 1 by so much: what adding up thousands of 32-bit numbers may cost, and more. */
const lengthTolerance = 1e-3;

/** A vector as it is stored: 32-bit numbers, little-endian. */
export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/**
 * The numbers of a stored vector, bit for bit.
 * @param bytes null where there are none.
 * @returns null for one that nothing may be compared with: absent, of another number of dimensions, or not of length 1.
 */
export function soundVectorOf(bytes: Uint8Array | null, dimensions: number): Float32Array | null {
  if (bytes === null || bytes.byteLength !== dimensions * Float32Array.BYTES_PER_ELEMENT) return null;
  // The bytes of a row need not begin where a number may.
  const { buffer, byteOffset } =
    bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  const vector = new Float32Array(buffer, byteOffset, dimensions);
  return isUnit(vector) ? vector : null;
}

function isUnit(vector: Float32Array): boolean {
  // Never true for NaN.
  return Math.abs(Math.sqrt(dot(vector, vector)) - 1) <= lengthTolerance;
}
