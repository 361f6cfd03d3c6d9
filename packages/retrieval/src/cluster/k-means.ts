import { dot } from '@winnow/core';
import { nearestCentre } from './nearest-centre.ts';
import { createRandom } from './random.ts';
import { rowAt, rowCount, rowsOf, type VectorRows } from './vector-rows.ts';

/** Clusters of unit vectors. */
export interface Clusters {
  /** Unit vectors, one a cluster. */
  readonly centres: VectorRows;
  /** Row of `centres` that each vector is nearest to. */
  readonly assigned: readonly number[];
  /** Sum of the cosines to the nearest centre. */
  readonly closeness: number;
}

/**
 * K-means by cosine, from given centres, until none changes its cluster or after `maxSteps`. Time: steps × vectors ×
 * centres.
 *
 * @see Dhillon, Modha, Concept Decompositions for Large Sparse Text Data using Clustering, 2001.
 */
export function kMeans(rows: VectorRows, from: VectorRows, maxSteps: number): Clusters {
  let clusters = assignedTo(rows, from);
  for (let step = 0; step < maxSteps; step += 1) {
    const moved = assignedTo(rows, middlesOf(rows, clusters));
    const isSame = moved.assigned.every((cluster, row) => cluster === clusters.assigned[row]);
    clusters = moved;
    if (isSame) break;
  }
  return clusters;
}

/**
 * Vectors to start from, far from each other: each is drawn by its squared distance to those there are, several times,
 * and the one is kept that leaves the others nearest.
 *
 * @see Arthur, Vassilvitskii, k-means++: The Advantages of Careful Seeding, 2007; number of trials as in scikit-learn.
 */
export function firstCentres(rows: VectorRows, k: number, seed: number): VectorRows {
  const random = createRandom(seed);
  const count = rowCount(rows);
  const trials = 2 + Math.floor(Math.log(k));
  const first = Math.floor(random() * count);
  const chosen = [rowAt(rows, first)];
  let distances = distancesTo(rows, first);
  while (chosen.length < k) {
    const drawn = Array.from({ length: trials }, () => drawnBy(distances, random()));
    const leftBy = drawn.map((row) => lesser(distances, distancesTo(rows, row)));
    const totals = leftBy.map(sumOf);
    const best = totals.indexOf(Math.min(...totals));
    chosen.push(rowAt(rows, drawn[best] ?? 0));
    distances = leftBy[best] ?? distances;
  }
  return rowsOf(chosen);
}

function assignedTo(rows: VectorRows, centres: VectorRows): Clusters {
  const assigned: number[] = [];
  let closeness = 0;
  for (let row = 0; row < rowCount(rows); row += 1) {
    const { cluster, cosine } = nearestCentre(centres, rowAt(rows, row));
    assigned.push(cluster);
    closeness += cosine;
  }
  return { centres, assigned, closeness };
}

/** An empty cluster stays where it is. */
function middlesOf(rows: VectorRows, { centres, assigned }: Clusters): VectorRows {
  const sums = Array.from({ length: rowCount(centres) }, () => new Float64Array(rows.dimensions));
  for (const [row, cluster] of assigned.entries()) {
    const sum = sums[cluster];
    if (sum === undefined) continue;
    for (const [place, value] of rowAt(rows, row).entries()) sum[place] = (sum[place] ?? 0) + value;
  }
  return rowsOf(
    sums.map((sum, cluster) => {
      const length = Math.hypot(...sum);
      return length === 0 ? rowAt(centres, cluster) : Float32Array.from(sum, (value) => value / length);
    }),
  );
}

/** Squared distances of unit vectors to one of them, up to a factor. */
function distancesTo(rows: VectorRows, one: number): Float64Array {
  const vector = rowAt(rows, one);
  return Float64Array.from({ length: rowCount(rows) }, (_, row) =>
    Math.max(0, 1 - dot(rowAt(rows, row), vector)),
  );
}

/** A row by chance, each as likely as its distance is large; the last where all are 0. */
function drawnBy(distances: Float64Array, chance: number): number {
  let left = chance * sumOf(distances);
  const row = distances.findIndex((distance) => {
    left -= distance;
    return left < 0;
  });
  return row === -1 ? distances.length - 1 : row;
}

function lesser(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, row) => Math.min(value, right[row] ?? value));
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
