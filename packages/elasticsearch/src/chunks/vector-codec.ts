import { endianness } from 'node:os';

/**
 * A vector as dense_vector takes it since 9.3: base64 of big-endian float32.
 *
 * @see https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/dense-vector
 */
export function encodeVector(vector: Float32Array): string {
  const bytes = Buffer.from(new Float32Array(vector).buffer);
  return (endianness() === 'LE' ? bytes.swap32() : bytes).toString('base64');
}

/**
 * A vector as the server gives it back: numbers that are the shortest decimals of float32 values, so that
 * rounding them to float32 restores every bit.
 */
export function decodeVector(numbers: readonly number[]): Float32Array {
  return Float32Array.from(numbers);
}

/** The bits of a vector that {@link encodeVector} made text of and no index field has touched. */
export function decodeVectorBytes(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  const own = Uint8Array.prototype.slice.call(endianness() === 'LE' ? bytes.swap32() : bytes);
  return new Float32Array(own.buffer);
}
