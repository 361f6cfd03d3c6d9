/**
 * What a document is about as one vector: the direction of the sum of its chunks' vectors.
 *
 * @param vectors L2-normalised, of one length; null where one is lost.
 * @returns L2-normalised; null where there is none, or they cancel out.
 */
export function documentVectorOf(vectors: readonly (Float32Array | null)[]): Float32Array | null {
  const sound = vectors.filter((vector) => vector !== null);
  const [first] = sound;
  if (first === undefined) return null;
  const sum = new Float64Array(first.length);
  for (const vector of sound) addTo(sum, vector, 1);
  return unitOf(sum);
}

/** Adds a vector, `weight` times, to a sum. */
export function addTo(sum: Float64Array, vector: Float32Array, weight: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + weight * (vector[at] ?? 0);
}

/** The vector of length 1 in the same direction; null where there is no direction. */
export function unitOf(vector: Float64Array): Float32Array | null {
  const length = Math.hypot(...vector);
  return length > 1e-9 ? Float32Array.from(vector, (value) => value / length) : null;
}
