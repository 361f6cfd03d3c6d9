/** Vectors of one length behind each other, as a thread is sent them without a copy. */
export interface VectorRows {
  readonly dimensions: number;
  /** `count × dimensions`. */
  readonly values: Float32Array;
}

export function rowsOf(vectors: readonly Float32Array[]): VectorRows {
  const dimensions = vectors[0]?.length ?? 0;
  const values = new Float32Array(vectors.length * dimensions);
  for (const [row, vector] of vectors.entries()) values.set(vector, row * dimensions);
  return { dimensions, values };
}

export function rowCount({ dimensions, values }: VectorRows): number {
  return dimensions === 0 ? 0 : values.length / dimensions;
}

export function rowAt({ dimensions, values }: VectorRows, row: number): Float32Array {
  return values.subarray(row * dimensions, (row + 1) * dimensions);
}

/** Every row so that `count` of them are left, evenly spread; all where there are no more. */
export function thinnedTo(rows: VectorRows, count: number): VectorRows {
  const total = rowCount(rows);
  if (total <= count) return rows;
  return rowsOf(Array.from({ length: count }, (_, at) => rowAt(rows, Math.floor((at * total) / count))));
}
