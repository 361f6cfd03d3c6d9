/**
 * Sizes that are not folded. The model that has 512 reads Chinese by the character: a chunk has half as many distinct tokens
 * as an English one, and rows are not what it lacks (measured: docs/decisions/2026-11-29-token-vectors-by-default.md).
 */
const unfolded: readonly number[] = [512];

/** Of a vector that is folded; one of an odd number of dimensions stays as it is, too. */
export function foldedDimensions(dimensions: number): number {
  return dimensions % 2 === 0 && !unfolded.includes(dimensions) ? dimensions / 2 : dimensions;
}

/**
 * Adds the second half of each vector to its first: a projection that keeps cosines on average, and of which the signs
 * take half the space. What it costs is in docs/decisions/2026-11-29-token-vectors-by-default.md.
 *
 * @param vectors rows × dimensions, row by row.
 * @returns rows × {@link foldedDimensions}, no longer than the vectors given.
 */
export function fold(vectors: Float32Array, dimensions: number): Float32Array {
  const half = foldedDimensions(dimensions);
  if (half === dimensions) return vectors;
  const folded = new Float32Array(vectors.length / 2);
  for (let at = 0; at < folded.length; at++) {
    const from = at + Math.floor(at / half) * half;
    folded[at] = ((vectors[from] ?? 0) + (vectors[from + half] ?? 0)) * Math.SQRT1_2;
  }
  return folded;
}
