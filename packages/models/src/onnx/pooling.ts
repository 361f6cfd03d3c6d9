/**
 * One vector of a text from the vectors of its tokens, L2-normalised: their mean, or the first of them.
 * @param data tokens × dimensions, row by row, special tokens included.
 */
export function pool(data: Float32Array, dimensions: number, pooling: 'mean' | 'cls'): Float32Array {
  const vector = new Float32Array(dimensions);
  if (pooling === 'cls') {
    vector.set(data.subarray(0, dimensions));
  } else {
    for (let start = 0; start < data.length; start += dimensions) {
      for (let i = 0; i < dimensions; i++) vector[i] = (vector[i] ?? 0) + (data[start + i] ?? 0);
    }
  }
  normalise(vector);
  return vector;
}

/** Scales a vector to length 1, in place. A vector of zeros stays as it is. */
export function normalise(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) * scale;
}

/**
 * The rows of the tokens from `from` to `to`, exclusive, each L2-normalised, in a buffer of their own.
 * @param data tokens × dimensions, row by row.
 */
export function tokenRows(
  data: Float32Array,
  dimensions: number,
  from: number,
  to: number,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(data.subarray(from * dimensions, to * dimensions));
  for (let start = 0; start < rows.length; start += dimensions) {
    normalise(rows.subarray(start, start + dimensions));
  }
  return rows;
}
