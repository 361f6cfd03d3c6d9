import { exactSearch, MetricKind } from 'usearch';
import type { QuantisedVector } from './quantised-vector.ts';

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

/** Codes of vectors, row by row from the beginning of their buffer; what lies behind is not looked at. */
export interface Codes {
  readonly codes: Int8Array;
  readonly count: number;
  /** A code ÷ its number, where all rows have it in common; null: each may have its own. */
  readonly scale: number | null;
}

/** What a look at codes found. */
export interface CodeHits {
  /** Best first. */
  readonly hits: readonly ExactHit[];
  /** Nothing else scores higher; null: there is nothing else. */
  readonly rest: number | null;
}

let addsUp: boolean | null = null;

/**
 * Whether inner products of codes are what they are by this machine's build of usearch: one for another CPU may scale or
 * round them, which no cosine minds.
 */
export function addsUpCodes(): boolean {
  addsUp ??= [1, 64, 1_000].every((dimensions) => {
    const codes = new Int8Array(dimensions).fill(127);
    const { distances } = exactSearch(codes, codes, dimensions, 1, MetricKind.IP, 1);
    return distances[0] === 1 - dimensions * 127 ** 2;
  });
  return addsUp;
}

/** A query, and the least that counts as a hit of it. */
export interface SoughtCodes {
  /** Codes in a buffer of their own. */
  readonly query: QuantisedVector;
  readonly atLeast: number;
}

/**
 * For each query the best `wanted` rows, as far as they score enough: by inner product where they have a scale in common, which
 * takes half the time, else by cosine. The rows come from memory once for all queries, and that is what takes longest: over
 * 100,000 rows of 384 numbers two queries take 1.3 times as long as one, and four 1.7 times.
 */
export function searchCodes(
  { codes, count, scale }: Codes,
  sought: readonly SoughtCodes[],
  wanted: number,
): readonly CodeHits[] {
  const [first] = sought;
  if (count === 0 || first === undefined) return sought.map(() => ({ hits: [], rest: null }));
  const dimensions = first.query.codes.length;
  const data = codes.subarray(0, count * dimensions);
  const most = Math.min(count, wanted);
  const metric = scale === null ? MetricKind.Cos : MetricKind.IP;
  const { keys, distances } = exactSearch(data, sideBySide(sought), dimensions, most, metric, 1);
  return sought.map(({ query, atLeast }, index) => {
    const unit = scale === null ? 1 : 1 / (scale * Math.max(1, query.codeLength));
    const hits: ExactHit[] = [];
    for (let at = index * most; at < (index + 1) * most; at++) {
      const score = (1 - (distances[at] ?? Number.NaN)) * unit;
      if (score < atLeast) return { hits, rest: score };
      hits.push({ index: Number(keys[at]), score });
    }
    return { hits, rest: most === count ? null : (hits.at(-1)?.score ?? null) };
  });
}

function sideBySide(sought: readonly SoughtCodes[]): Int8Array {
  const [first] = sought;
  if (first !== undefined && sought.length === 1) return first.query.codes;
  const dimensions = first?.query.codes.length ?? 0;
  const codes = new Int8Array(sought.length * dimensions);
  for (const [index, { query }] of sought.entries()) codes.set(query.codes, index * dimensions);
  return codes;
}
