import { kmeans } from 'ml-kmeans';
import { nearestCentre } from './nearest-centre.ts';
import { distancesOf, silhouetteOf } from './silhouette.ts';
import { rowAt, rowCount, rowsOf, thinnedTo, type VectorRows } from './vector-rows.ts';

/** What a partition is asked for, as a thread is sent it. */
export interface PartitionTask {
  /** Unit vectors. */
  readonly rows: VectorRows;
  /** Null: chosen by silhouette. */
  readonly k: number | null;
}

export interface Partition {
  /** Unit vectors, one a cluster. */
  readonly centres: VectorRows;
  /** Mean silhouette of a sample under the chosen partition, −1…1; null where k was given. */
  readonly silhouette: number | null;
}

/** Vectors that numbers of clusters are compared on. */
const comparedRows = 1_000;
/** Numbers of clusters that are compared. */
const comparedCounts = [2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100];
/** A cluster has this many of the compared vectors on average, at least. */
const leastPerCluster = 5;
/** Starts for each number that is compared: one alone may end in a corner. */
const comparedStarts = 3;
/** Starts from other places, of which the closest partition is kept. */
const starts = 4;
const maxIterations = 50;
const tolerance = 1e-5;

/**
 * Parts unit vectors into clusters by k-means, which on unit vectors goes by cosine. Takes seconds for ten thousand: to
 * be called in a thread of its own. The same rows give the same partition.
 */
export function partition({ rows, k }: PartitionTask): Partition {
  if (k !== null) return { centres: centresOf(rows, Math.min(k, rowCount(rows))), silhouette: null };
  const chosen = bestCount(rows);
  return { centres: centresOf(rows, chosen.k), silhouette: chosen.silhouette };
}

function bestCount(rows: VectorRows): { readonly k: number; readonly silhouette: number } {
  const sample = thinnedTo(rows, comparedRows);
  const count = rowCount(sample);
  const distances = distancesOf(sample);
  const plain = plainRows(sample);
  let best = { k: Math.min(2, count), silhouette: -1 };
  for (const k of comparedCounts.filter((some) => isComparable(some, count))) {
    for (let seed = 1; seed <= comparedStarts; seed++) {
      const { clusters } = kmeans(plain, k, { seed, maxIterations, tolerance });
      const silhouette = silhouetteOf(distances, clusters, k);
      if (silhouette > best.silhouette) best = { k, silhouette };
    }
  }
  return best;
}

/** Two is always looked at, where there are more vectors than that. */
function isComparable(k: number, count: number): boolean {
  return k * leastPerCluster <= count || (k === 2 && count > 2);
}

function centresOf(rows: VectorRows, k: number): VectorRows {
  const plain = plainRows(rows);
  let best: { readonly centres: VectorRows; readonly closeness: number } | null = null;
  for (let seed = 1; seed <= starts; seed++) {
    const { centroids } = kmeans(plain, k, { seed, maxIterations, tolerance });
    const centres = rowsOf(centroids.map(unitRow));
    const closeness = closenessOf(rows, centres);
    if (best === null || closeness > best.closeness) best = { centres, closeness };
  }
  return best?.centres ?? rowsOf([]);
}

/** Sum of the cosines to the nearest centre. */
function closenessOf(rows: VectorRows, centres: VectorRows): number {
  let sum = 0;
  for (let row = 0; row < rowCount(rows); row++) {
    sum += nearestCentre(centres, rowAt(rows, row)).cosine;
  }
  return sum;
}

function plainRows(rows: VectorRows): number[][] {
  return Array.from({ length: rowCount(rows) }, (_, row) => [...rowAt(rows, row)]);
}

function unitRow(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
}
