import { rowAt, rowCount, type VectorRows } from './vector-rows.ts';

/** Mean of vectors. */
export function middleOf(rows: VectorRows): Float32Array {
  const count = rowCount(rows);
  const middle = new Float64Array(rows.dimensions);
  for (let row = 0; row < count; row += 1) {
    const vector = rowAt(rows, row);
    for (let place = 0; place < vector.length; place += 1) {
      middle[place] = (middle[place] ?? 0) + (vector[place] ?? 0) / count;
    }
  }
  return Float32Array.from(middle);
}

/**
 * Direction from the middle of vectors to one of them, as a unit vector: those of a language model all lean to one side,
 * and what they have in common tells none of them apart. The very middle has none: zeros.
 *
 * @see Mu, Viswanath, All-but-the-Top: Simple and Effective Postprocessing for Word Representations, 2018.
 */
export function fromMiddle(vector: Float32Array, middle: Float32Array): Float32Array {
  const away = new Float32Array(vector.length);
  let squares = 0;
  for (let place = 0; place < away.length; place += 1) {
    const value = (vector[place] ?? 0) - (middle[place] ?? 0);
    away[place] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  if (length === 0) return away;
  for (let place = 0; place < away.length; place += 1) away[place] = (away[place] ?? 0) / length;
  return away;
}
