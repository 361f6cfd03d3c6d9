import { mixBits } from './mix-bits.ts';

/** Coordinates of a sketch; two sketches agree in as many as their sets are alike, with a deviation of 0.03 at most. */
export const sketchSize = 256;

const roundStep = 0x9e3779b9;

/**
 * A sketch of a set: the share of coordinates in which two sketches agree is an unbiased estimate of the Jaccard
 * likeness of their sets, as with MinHash of as many permutations. It takes about as many hashes as the set has
 * elements, and at least {@link sketchSize} × ln {@link sketchSize}, where MinHash takes {@link sketchSize} for each.
 *
 * @param hashes of the elements, in any order; repetition changes nothing. Empty: all coordinates are 0.
 * @see Dahlgaard, Knudsen, Thorup, Fast Similarity Sketching, FOCS 2017.
 */
export function sketchOf(hashes: Uint32Array): Uint32Array {
  const sketch = new Uint32Array(sketchSize);
  if (hashes.length === 0) return sketch;
  const smallest = new Uint32Array(sketchSize).fill(0xffffffff);
  const round = new Int32Array(sketchSize).fill(-1);
  let empty = sketchSize;
  for (let at = 0; empty > 0; at++) {
    const salt = Math.imul(at + 1, roundStep);
    for (const hash of hashes) {
      const value = mixBits(hash ^ salt);
      // From the second half of the rounds on each fills one coordinate, so that they end.
      const place = at < sketchSize ? value % sketchSize : at - sketchSize;
      if (round[place] === -1) {
        round[place] = at;
        empty -= 1;
      } else if (round[place] !== at || value >= (smallest[place] ?? 0)) continue;
      smallest[place] = value;
      sketch[place] = mixBits(value ^ at);
    }
  }
  return sketch;
}

/**
 * Whether two sketches agree in a share of their coordinates.
 * @param sketches row by row; `left` and `right` are rows.
 */
export function agreesIn(sketches: Uint32Array, left: number, right: number, share: number): boolean {
  const needed = Math.ceil(share * sketchSize);
  let agreed = 0;
  for (let at = 0; at < sketchSize; at++) {
    if (sketches[left * sketchSize + at] === sketches[right * sketchSize + at]) agreed += 1;
    if (agreed + sketchSize - 1 - at < needed) return false;
  }
  return true;
}
