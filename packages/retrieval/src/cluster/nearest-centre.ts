import { dot } from '@winnow/core';
import { rowAt, rowCount, type VectorRows } from './vector-rows.ts';

/** The row of `centres` that is nearest, and its cosine. */
export function nearestCentre(
  centres: VectorRows,
  vector: Float32Array,
): { readonly cluster: number; readonly cosine: number } {
  let nearest = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let cluster = 0; cluster < rowCount(centres); cluster++) {
    const cosine = dot(rowAt(centres, cluster), vector);
    if (cosine <= highest) continue;
    highest = cosine;
    nearest = cluster;
  }
  return { cluster: nearest, cosine: highest };
}
