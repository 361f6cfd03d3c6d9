/** Rows of bits: what is left of vectors when each number keeps its sign alone. */
export interface BitRows {
  readonly dimensions: number;
  readonly count: number;
  /** {@link bytesPerRow} each; a bit is set where the number is ≥ 0, the lowest bit of a byte first. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const noRows: BitRows = { dimensions: 0, count: 0, bytes: new Uint8Array() };

export function bytesPerRow(dimensions: number): number {
  return Math.ceil(dimensions / 8);
}

/** @param vectors rows × dimensions, row by row. */
export function signsOf(vectors: Float32Array, dimensions: number): BitRows {
  const stride = bytesPerRow(dimensions);
  const count = vectors.length / dimensions;
  const bytes = new Uint8Array(count * stride);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < dimensions; i++) {
      if ((vectors[row * dimensions + i] ?? 0) < 0) continue;
      const at = row * stride + (i >> 3);
      bytes[at] = (bytes[at] ?? 0) | (1 << (i & 7));
    }
  }
  return { dimensions, count, bytes };
}

/** In how many bits two rows differ: nearly proportional to the angle between their vectors. */
export function differingBits({ dimensions, bytes }: BitRows, one: number, other: number): number {
  const stride = bytesPerRow(dimensions);
  let bits = 0;
  for (let i = 0; i < stride; i++) {
    bits += bitsIn[(bytes[one * stride + i] ?? 0) ^ (bytes[other * stride + i] ?? 0)] ?? 0;
  }
  return bits;
}

/** Of each byte. */
const bitsIn = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});
