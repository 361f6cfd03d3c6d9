import { exactSearch, MetricKind } from 'usearch';

/** A vector's place in its list and its similarity to the query. */
export interface ExactHit {
  readonly index: number;
  readonly score: number;
}

/**
 * The best `k` of `count` vectors by inner product, best first, and everything that ties with the last of
 * them. Exact: every vector is compared (SIMD, one thread, so that ingestion keeps a core).
 *
 * @param vectors `count × dimensions`, row by row; what lies behind is not looked at.
 */
export function searchExactly(
  vectors: Float32Array,
  count: number,
  query: Float32Array,
  k: number,
): readonly ExactHit[] {
  if (count === 0 || k < 1) return [];
  const dimensions = query.length;
  const data = vectors.subarray(0, count * dimensions);
  for (let wanted = Math.min(count, k + 1); ; wanted = Math.min(count, wanted * 4)) {
    const { keys, distances } = exactSearch(data, query, dimensions, wanted, MetricKind.IP, 1);
    const last = distances[Math.min(k, distances.length) - 1];
    // All ties are in hand once something worse than the k-th was found.
    if (wanted < count && distances[distances.length - 1] === last) continue;
    const hits: ExactHit[] = [];
    for (const [rank, distance] of distances.entries()) {
      if (last === undefined || distance > last) break;
      hits.push({ index: Number(keys[rank]), score: 1 - distance });
    }
    return hits;
  }
}
