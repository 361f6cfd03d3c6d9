/** The largest code. */
const maxCode = 127;
/**
 * What rounding does to a cosine is a sum over all dimensions of errors that have nothing to do with the other vector: as
 * often up as down. It is taken to stay within so many of its standard deviations: one in 10⁹ exceeds six.
 */
const deviations = 6;

/** A vector in a byte a number: it points the same way, but for rounding. */
export interface QuantisedVector {
  /** −127 to 127; the largest in size is 127. */
  readonly codes: Int8Array;
  /** How far a cosine with the codes may lie from one with the vector. */
  readonly looseness: number;
  /** Of the vector. */
  readonly length: number;
}

/** A vector of zeros, or of what are no numbers, has codes of zero. */
export function quantise(vector: Float32Array): QuantisedVector {
  const dimensions = vector.length;
  const codes = new Int8Array(dimensions);
  let largest = 0;
  for (let at = 0; at < dimensions; at++) largest = Math.max(largest, Math.abs(vector[at] ?? 0));
  if (!(largest > 0)) return { codes, looseness: 0, length: 0 };
  const scale = maxCode / largest;
  let squares = 0;
  let codeSquares = 0;
  let product = 0;
  for (let at = 0; at < dimensions; at++) {
    const value = vector[at] ?? 0;
    // Math.round takes several times as long, and an index has millions of numbers.
    const code = Math.floor(value * scale + 0.5);
    codes[at] = code;
    squares += value * value;
    codeSquares += code * code;
    product += value * code;
  }
  const length = Math.sqrt(squares);
  const angle = Math.acos(Math.min(1, product / (length * Math.sqrt(codeSquares))));
  // By more than the angle no cosine can differ.
  return { codes, looseness: angle * Math.min(1, deviations / Math.sqrt(dimensions)), length };
}
