import type { Postings } from './postings.ts';

/** As FTS5 has them. */
const k1 = 1.2;
const b = 0.75;
/** What FTS5 gives a term that stands in half of the chunks or more. */
const leastIdf = 1e-6;

/** What is known of all chunks. */
export interface Statistics {
  readonly chunks: number;
  /** Of all chunks together. */
  readonly terms: number;
}

/**
 * Adds what a term makes of each chunk that holds it, to the last bit as FTS5's `bm25()` reckons, with the sign turned: higher is
 * better, and above 0.
 * @param scores by place.
 * @param lengths terms of each chunk, by place; below 0: it is none any more.
 * @param weight the score counts so often.
 * @see https://sqlite.org/fts5.html#the_bm25_function
 */
export function addScores(
  scores: Float64Array,
  lengths: Int32Array,
  postings: Pick<Postings, 'size' | 'places' | 'counts' | 'live'>,
  weight: number,
  { chunks, terms }: Statistics,
): void {
  const { size, places, counts } = postings;
  const live = postings.live();
  const idf = Math.log((chunks - live + 0.5) / (live + 0.5));
  const factor = weight * (idf > 0 ? idf : leastIdf);
  const averageLength = terms / chunks;
  for (let at = 0; at < size; at++) {
    const place = places[at] ?? 0;
    const length = lengths[place] ?? -1;
    if (length < 0) continue;
    const count = counts[at] ?? 0;
    scores[place] =
      (scores[place] ?? 0) +
      factor * ((count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / averageLength)));
  }
}

/**
 * The places of the best `k` scores, best first, and of all that tie with the last of them. A score of 0 is none.
 * @param admits which places may be among them.
 */
export function bestPlaces(
  scores: Float64Array,
  k: number,
  admits: (place: number) => boolean,
): readonly number[] {
  const best = new Float64Array(k);
  const considered: number[] = [];
  let floor = 0;
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] ?? 0;
    // What is below the k-th best never comes back, since that only rises. It is asked first: nearly all are.
    if (score < floor || score === 0 || !admits(place)) continue;
    considered.push(place);
    takeIn(best, score);
    floor = best[0] ?? 0;
  }
  return considered
    .filter((place) => (scores[place] ?? 0) >= floor)
    .sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
}

/**
 * Takes a score in instead of the lowest one.
 * @param heap none is above the two behind it, at twice its index.
 */
function takeIn(heap: Float64Array, score: number): void {
  if (score <= (heap[0] ?? 0)) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const lower =
      (heap[left + 1] ?? Number.POSITIVE_INFINITY) < (heap[left] ?? Number.POSITIVE_INFINITY)
        ? left + 1
        : left;
    if (lower >= heap.length || (heap[lower] ?? 0) >= score) break;
    heap[at] = heap[lower] ?? 0;
    at = lower;
  }
  heap[at] = score;
}
