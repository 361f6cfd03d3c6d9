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
 * @param vectors `count × dimensions`, row by row, from the beginning of their buffer; what lies behind is not looked at.
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
  // usearch reads a query from the beginning of its buffer, whatever part of it a view is.
  const asked = query.byteOffset === 0 ? query : query.slice();
  for (let wanted = Math.min(count, k + 1); ; wanted = Math.min(count, wanted * 4)) {
    const { keys, distances } = exactSearch(data, asked, dimensions, wanted, MetricKind.IP, 1);
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

/** What a look at codes found. */
export interface CodeHits {
  /** Best first. */
  readonly hits: readonly ExactHit[];
  /** Nothing else scores higher; null: there is nothing else. */
  readonly rest: number | null;
}

/**
 * The best `wanted` of `count` rows of codes by cosine, as far as they score at least `atLeast`.
 *
 * @param codes `count × dimensions`, row by row, from the beginning of their buffer; what lies behind is not looked at.
 * @param query codes in a buffer of their own.
 */
export function searchCodes(
  codes: Int8Array,
  count: number,
  query: Int8Array,
  { wanted, atLeast }: { readonly wanted: number; readonly atLeast: number },
): CodeHits {
  if (count === 0) return { hits: [], rest: null };
  const data = codes.subarray(0, count * query.length);
  const most = Math.min(count, wanted);
  const { keys, distances } = exactSearch(data, query, query.length, most, MetricKind.Cos, 1);
  const hits: ExactHit[] = [];
  for (const [rank, distance] of distances.entries()) {
    const score = 1 - distance;
    if (score < atLeast) return { hits, rest: score };
    hits.push({ index: Number(keys[rank]), score });
  }
  return { hits, rest: most === count ? null : (hits.at(-1)?.score ?? null) };
}
