import { type BitRows, differingBits } from './bit-rows.ts';

/**
 * Puts rows into at most `most` groups so that no row is far from the first of its group: each group begins with the
 * row farthest from all beginnings so far, and takes the rows that are nearest to it. Words with a meaning of their own
 * keep a row of their own; those that say nearly the same, as function words do, share one.
 *
 * @returns the group of each row, 0…most - 1. The same rows give the same groups.
 * @see Gonzalez, Clustering to minimize the maximum intercluster distance, 1985.
 */
export function spreadRows(rows: BitRows, most: number): Uint16Array {
  const { count, dimensions } = rows;
  if (count <= most) return Uint16Array.from({ length: count }, (_, row) => row);
  const groups = new Uint16Array(count);
  const distances = new Uint32Array(count).fill(dimensions + 1);
  let beginning = 0;
  for (let group = 0; group < most; group++) {
    let farthest = 0;
    let next = beginning;
    for (let row = 0; row < count; row++) {
      const distance = differingBits(rows, row, beginning);
      if (distance < (distances[row] ?? 0)) {
        distances[row] = distance;
        groups[row] = group;
      }
      if ((distances[row] ?? 0) > farthest) {
        farthest = distances[row] ?? 0;
        next = row;
      }
    }
    // All others are equal to a beginning.
    if (farthest === 0) break;
    beginning = next;
  }
  return groups;
}
