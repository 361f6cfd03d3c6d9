import { dot } from '@winnow/core';
import { rowAt, rowCount, type VectorRows } from './vector-rows.ts';

/**
 * Distances between unit vectors, 1 − cosine, row by row: what silhouettes of several partitions of the same vectors are
 * taken from. Memory: 4 bytes × the square of their number.
 */
export function distancesOf(rows: VectorRows): Float32Array {
  const count = rowCount(rows);
  const distances = new Float32Array(count * count);
  for (let left = 0; left < count; left++) {
    for (let right = 0; right < left; right++) {
      const distance = 1 - dot(rowAt(rows, left), rowAt(rows, right));
      distances[left * count + right] = distance;
      distances[right * count + left] = distance;
    }
  }
  return distances;
}

/**
 * Mean silhouette of a partition, −1…1: how much nearer each is to its own cluster than to the next one. One that is
 * alone in its cluster counts 0.
 *
 * @param assigned the cluster of each row, from 0.
 * @see Rousseeuw, Silhouettes, 1987.
 */
export function silhouetteOf(distances: Float32Array, assigned: readonly number[], k: number): number {
  const count = assigned.length;
  const sizes = new Float64Array(k);
  for (const cluster of assigned) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  let sum = 0;
  for (const [row, own] of assigned.entries()) {
    const away = new Float64Array(k);
    for (let other = 0; other < count; other++) {
      const cluster = assigned[other] ?? 0;
      away[cluster] = (away[cluster] ?? 0) + (distances[row * count + other] ?? 0);
    }
    const size = sizes[own] ?? 0;
    if (size < 2) continue;
    const within = (away[own] ?? 0) / (size - 1);
    let next = Number.POSITIVE_INFINITY;
    for (const [cluster, total] of away.entries()) {
      const others = sizes[cluster] ?? 0;
      if (cluster !== own && others > 0) next = Math.min(next, total / others);
    }
    if (Number.isFinite(next)) sum += (next - within) / Math.max(next, within, Number.EPSILON);
  }
  return count === 0 ? 0 : sum / count;
}
