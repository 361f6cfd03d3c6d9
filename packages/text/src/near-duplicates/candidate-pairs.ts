import { mixBits } from './mix-bits.ts';
import { agreesIn, sketchSize } from './similarity-sketch.ts';

/** Coordinates that must agree for two sets to meet in a band: 64 bands of 4 find 98 % of what is alike by 0.5. */
const rowsPerBand = 4;
export const bandCount = sketchSize / rowsPerBand;
/** How far an estimate may stay below the truth: 4 deviations of a sketch at likeness 0.5. */
const estimateMargin = 0.125;
/** Unlike sets of one bucket that others of it are compared with. */
const maxHeads = 16;
/** More sets than this are refused: a pair of them is one number below 2⁵³. */
export const maxSketches = 1 << 21;

/** Two sets that may be alike, by their rank. */
export interface CandidatePair {
  readonly earlier: number;
  readonly later: number;
}

/**
 * Pairs of one band, of those that may be alike by `least`: locality-sensitive hashing. In each bucket sets are compared
 * with its heads, those before them that are unlike each other, so that a thousand equal sets make a thousand pairs.
 * Memory: 8 bytes a set.
 *
 * @param sketches row by row, in the order of rank.
 * @param band from 0, below {@link bandCount}.
 */
export function* candidatePairsOf(
  sketches: Uint32Array,
  band: number,
  least: number,
): Generator<CandidatePair> {
  let key = -1;
  let heads: number[] = [];
  for (const keyed of bucketOrder(sketches, band)) {
    const rank = keyed % maxSketches;
    if (Math.floor(keyed / maxSketches) !== key) heads = [];
    key = Math.floor(keyed / maxSketches);
    const alike = heads.filter((head) => agreesIn(sketches, head, rank, least - estimateMargin));
    for (const head of alike) yield { earlier: head, later: rank };
    if (alike.length === 0 && heads.length < maxHeads) heads.push(rank);
  }
}

/** `key × maxSketches + rank`, ascending: buckets one after the other, each by rank. */
function bucketOrder(sketches: Uint32Array, band: number): Float64Array {
  const order = new Float64Array(sketches.length / sketchSize);
  for (let rank = 0; rank < order.length; rank++) {
    let key = 0;
    for (let row = 0; row < rowsPerBand; row++) {
      key = mixBits(key ^ (sketches[rank * sketchSize + band * rowsPerBand + row] ?? 0));
    }
    // 31 bits and a rank of 21 stay whole in a double.
    order[rank] = (key >>> 1) * maxSketches + rank;
  }
  return order.sort();
}
