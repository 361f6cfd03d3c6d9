/** Inner product; of unit vectors, their cosine. Vectors of different lengths, of different models, have none: 0. */
export function dot(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return 0;
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}
