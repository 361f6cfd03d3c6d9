import { fromMiddle, middleOf } from './from-middle.ts';
import { labelClusters } from './label-clusters.ts';
import { nearestCentre } from './nearest-centre.ts';
import { partition } from './partition.ts';
import { rowAt, rowCount, rowsOf, type VectorRows } from './vector-rows.ts';

/** The middle of fewer documents has more of their topics in it than of the language. */
const leastInMiddle = 100;

/** What topics are made of, as a thread is sent it. */
export interface TopicsTask {
  /** Unit vectors, one a document. */
  readonly rows: VectorRows;
  /** Text of each document that its topic may be named by. */
  readonly excerpts: readonly string[];
  /** How many; null: chosen by silhouette. */
  readonly k: number | null;
}

export interface Topics {
  /** That {@link topicOf} looks from. */
  readonly middle: Float32Array;
  /** Unit vectors, one a topic. */
  readonly centres: VectorRows;
  /** One a topic; empty for one without words of its own. */
  readonly labels: readonly string[];
  /** Mean silhouette of a sample, −1…1; null where the number of topics was given. */
  readonly silhouette: number | null;
}

/** Takes seconds for ten thousand documents: to be called in a thread of its own. The same task gives the same topics. */
export function makeTopics({ rows, excerpts, k }: TopicsTask): Topics {
  const middle = rowCount(rows) < leastInMiddle ? new Float32Array(rows.dimensions) : middleOf(rows);
  const away = rowsOf(
    Array.from({ length: rowCount(rows) }, (_, row) => fromMiddle(rowAt(rows, row), middle)),
  );
  const { centres, assigned, silhouette } = partition(away, k);
  const texts = excerpts.map((text, row) => ({ cluster: assigned[row] ?? 0, text }));
  return { middle, centres, labels: labelClusters(texts, rowCount(centres)), silhouette };
}

/** The topic that a document belongs to, by its unit vector, and the cosine to its centre. */
export function topicOf(
  { middle, centres }: Topics,
  vector: Float32Array,
): { readonly cluster: number; readonly cosine: number } {
  return nearestCentre(centres, fromMiddle(vector, middle));
}
