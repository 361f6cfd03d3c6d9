/**
 * Directions from the middle of some vectors: unit vectors of a language model all lean to one side, and what they have in
 * common tells none of them apart. A vector in the very middle has none: zeros.
 *
 * @param sample unit vectors of one length that the middle is taken of.
 * @see Mu, Viswanath, All-but-the-Top: Simple and Effective Postprocessing for Word Representations, 2018.
 */
export function fromMiddleOf(sample: readonly Float32Array[]): (vector: Float32Array) => Float32Array {
  const middle = new Float64Array(sample[0]?.length ?? 0);
  for (const vector of sample) {
    for (const [place, value] of vector.entries()) middle[place] = (middle[place] ?? 0) + value / sample.length;
  }
  return (vector) => {
    const away = vector.map((value, place) => value - (middle[place] ?? 0));
    const length = Math.hypot(...away);
    return length === 0 ? away : away.map((value) => value / length);
  };
}
