import { AppError, type TokenEmbeddings } from '@winnow/core';
import { type BitRows, bytesPerRow } from './bit-rows.ts';
import { fold, foldedDimensions } from './fold.ts';

/**
 * @returns the score of a passage, -1…1.
 * @throws AppError `invalid_argument` for a passage of other dimensions.
 */
export type CompressedMaxSim = (passage: BitRows) => number;

/**
 * Weighted MaxSim of a query against passages of which only signs are kept: Σ over query tokens of weight × (highest
 * cosine to a row of the passage) ÷ Σ weights, where a row stands for the vector of ±1/√dimensions, and the query is
 * folded as the row was. A passage without rows, or weights that sum to 0, score 0.
 *
 * For each byte of a row and each value that it may have, its share of the product is worked out once a query: a
 * cosine then is as many additions as a row has bytes.
 *
 * @param query token vectors of the query, L2-normalised.
 * @param weights one per query token, ≥ 0.
 * @throws AppError `invalid_argument` if weights and query tokens differ in number.
 * @see Khattab and Zaharia, ColBERT, SIGIR 2020: MaxSim, there without weights and between floats.
 */
export function compressedMaxSim(query: TokenEmbeddings, weights: readonly number[]): CompressedMaxSim {
  const { tokens, vectors } = query;
  if (weights.length !== tokens.length) {
    throw new AppError('invalid_argument', `${weights.length} weights for ${tokens.length} query tokens`);
  }
  const dimensions = tokens.length === 0 ? 0 : vectors.length / tokens.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const known = new Map<number, readonly WeightedShares[]>();
  return (passage) => {
    if (passage.count === 0 || total === 0) return 0;
    const stride = bytesPerRow(passage.dimensions);
    let score = 0;
    for (const { weight, shares } of sharesFor(passage.dimensions))
      score += weight * nearest(shares, passage, stride);
    return score / total / Math.sqrt(passage.dimensions);
  };

  function sharesFor(wanted: number): readonly WeightedShares[] {
    const found = known.get(wanted);
    if (found !== undefined) return found;
    const made = weightedShares(projected(wanted), wanted, weights);
    known.set(wanted, made);
    return made;
  }

  function projected(wanted: number): Float32Array {
    if (wanted === dimensions) return vectors;
    if (wanted === foldedDimensions(dimensions)) return fold(vectors, dimensions);
    const message = `query tokens have ${dimensions} dimensions and passage tokens ${wanted}`;
    throw new AppError('invalid_argument', message);
  }
}

interface WeightedShares {
  readonly weight: number;
  readonly shares: Float32Array;
}

/** Of the tokens that have a weight. */
function weightedShares(
  vectors: Float32Array,
  dimensions: number,
  weights: readonly number[],
): readonly WeightedShares[] {
  return weights.flatMap((weight, index) =>
    weight > 0
      ? [{ weight, shares: sharesOf(vectors.subarray(index * dimensions, (index + 1) * dimensions)) }]
      : [],
  );
}

/** 256 for each byte of a row: the product of the vector's eight numbers there with the signs that the byte says. */
function sharesOf(vector: Float32Array): Float32Array {
  const stride = bytesPerRow(vector.length);
  const shares = new Float32Array(stride * 256);
  for (let byte = 0; byte < stride; byte++) {
    const numbers = vector.subarray(byte * 8, byte * 8 + 8);
    const table = shares.subarray(byte * 256, (byte + 1) * 256);
    for (const number of numbers) table[0] = (table[0] ?? 0) - number;
    for (const [bit, number] of numbers.entries()) {
      const half = 1 << bit;
      for (let value = 0; value < half; value++) table[value + half] = (table[value] ?? 0) + 2 * number;
    }
  }
  return shares;
}

function nearest(shares: Float32Array, { count, bytes }: BitRows, stride: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let row = 0, at = 0; row < count; row++) {
    let product = 0;
    for (let table = 0; table < stride * 256; table += 256)
      product += shares[table + (bytes[at++] ?? 0)] ?? 0;
    if (product > best) best = product;
  }
  return best;
}
