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
  const floor = floorOf(scores, k, admits);
  const best: number[] = [];
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] ?? 0;
    if (score > 0 && score >= floor && admits(place)) best.push(place);
  }
  return best.sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
}

/** The k-th best score; 0 where there are fewer. */
function floorOf(scores: Float64Array, k: number, admits: (place: number) => boolean): number {
  /** The best so far, as a heap: none is above the two behind it, at twice its index. */
  const heap = new Float64Array(k);
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] ?? 0;
    if (score <= (heap[0] ?? 0) || !admits(place)) continue;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const lower =
        (heap[left + 1] ?? Number.POSITIVE_INFINITY) < (heap[left] ?? Number.POSITIVE_INFINITY)
          ? left + 1
          : left;
      if (lower >= k || (heap[lower] ?? 0) >= score) break;
      heap[at] = heap[lower] ?? 0;
      at = lower;
    }
    heap[at] = score;
  }
  return heap[0] ?? 0;
}
