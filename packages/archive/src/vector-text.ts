import { endianness } from 'node:os';

/** Base64 of 32-bit numbers, little-endian, whatever the machine. */
export function vectorText(vector: Float32Array): string {
  const bytes = Buffer.from(new Float32Array(vector).buffer);
  return (endianness() === 'BE' ? bytes.swap32() : bytes).toString('base64');
}

/**
 * The vector of a {@link vectorText}, bit for bit.
 * @returns null where it does not have that many numbers.
 */
export function vectorOf(text: string, dimensions: number): Float32Array | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== dimensions * Float32Array.BYTES_PER_ELEMENT) return null;
  const own = Uint8Array.prototype.slice.call(endianness() === 'BE' ? bytes.swap32() : bytes);
  return new Float32Array(own.buffer);
}
