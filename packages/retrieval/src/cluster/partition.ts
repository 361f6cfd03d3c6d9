import { type Clusters, firstCentres, kMeans } from './k-means.ts';
import { distancesOf, silhouetteOf } from './silhouette.ts';
import { rowCount, thinnedTo, type VectorRows } from './vector-rows.ts';

export interface Partition {
  /** Unit vectors, one a cluster. */
  readonly centres: VectorRows;
  /** Row of `centres` that each vector belongs to. */
  readonly assigned: readonly number[];
  /** Mean silhouette of a sample under the chosen partition, −1…1; null where k was given. */
  readonly silhouette: number | null;
}

/** Vectors that numbers of clusters are compared on. */
const comparedRows = 1_000;
/** Numbers of clusters that are compared. */
const comparedCounts = [2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100];
/** A cluster has this many of the compared vectors on average, at least. */
const leastPerCluster = 5;
/** Vectors that starts are compared on. */
const startedRows = 3_000;
/** Starts from other places, of which the closest is kept: one alone may end in a corner. */
const starts = 4;
const maxSteps = 25;

/**
 * Parts unit vectors into clusters by k-means, which on unit vectors goes by cosine. The same rows give the same
 * partition.
 *
 * @param count of clusters; null: chosen by silhouette.
 */
export function partition(rows: VectorRows, count: number | null): Partition {
  const chosen = count === null ? bestCount(rows) : { k: Math.min(count, rowCount(rows)), silhouette: null };
  const from = bestStart(thinnedTo(rows, Math.max(startedRows, chosen.k)), chosen.k);
  const { centres, assigned } = kMeans(rows, from.centres, maxSteps);
  return { centres, assigned, silhouette: chosen.silhouette };
}

function bestCount(rows: VectorRows): { readonly k: number; readonly silhouette: number } {
  const sample = thinnedTo(rows, comparedRows);
  const count = rowCount(sample);
  const distances = distancesOf(sample);
  let best = { k: Math.min(2, count), silhouette: -1 };
  for (const k of comparedCounts.filter((some) => isComparable(some, count))) {
    const silhouette = silhouetteOf(distances, bestStart(sample, k).assigned, k);
    if (silhouette > best.silhouette) best = { k, silhouette };
  }
  return best;
}

/** Two is always looked at, where there are more vectors than that. */
function isComparable(k: number, count: number): boolean {
  return k * leastPerCluster <= count || (k === 2 && count > 2);
}

function bestStart(rows: VectorRows, k: number): Clusters {
  const tried = Array.from({ length: starts }, (_, seed) =>
    kMeans(rows, firstCentres(rows, k, seed), maxSteps),
  );
  return tried.reduce((best, other) => (other.closeness > best.closeness ? other : best));
}
