import { AppError, type TokenEmbeddings } from '@winnow/core';

/** Products of two numbers between two pauses: 3 ms or so. */
const productsPerSlice = 4_000_000;

/**
 * Weighted MaxSim: Σ over query tokens of weight × (highest cosine to a token of the passage) ÷ Σ weights.
 * A passage without tokens, or weights that sum to 0, score 0. Pauses now and then: two texts at the
 * limit of a model take a hundred million products.
 *
 * @param query token vectors of the query, L2-normalised.
 * @param weights one per query token, ≥ 0.
 * @param passage token vectors of the passage, L2-normalised, of the same dimensions.
 * @returns -1…1.
 * @throws AppError `invalid_argument` if weights and query tokens differ in number, or dimensions differ.
 * @see Khattab and Zaharia, ColBERT, SIGIR 2020: MaxSim, there without weights.
 */
export function* maxSimInSlices(
  query: TokenEmbeddings,
  weights: readonly number[],
  passage: TokenEmbeddings,
): Generator<void, number> {
  if (weights.length !== query.tokens.length) {
    throw new AppError(
      'invalid_argument',
      `${weights.length} weights for ${query.tokens.length} query tokens`,
    );
  }
  if (query.tokens.length === 0 || passage.tokens.length === 0) return 0;
  const dimensions = dimensionsOf(query);
  if (dimensionsOf(passage) !== dimensions) {
    throw new AppError(
      'invalid_argument',
      `query tokens have ${dimensions} dimensions and passage tokens ${dimensionsOf(passage)}`,
    );
  }
  let weighted = 0;
  let total = 0;
  let products = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight > 0) {
      weighted += weight * nearest(query.vectors, index * dimensions, passage.vectors, dimensions);
      products += passage.vectors.length;
    }
    total += weight;
    if (products < productsPerSlice) continue;
    products = 0;
    yield;
  }
  return total === 0 ? 0 : weighted / total;
}

function dimensionsOf({ tokens, vectors }: TokenEmbeddings): number {
  return vectors.length / tokens.length;
}

/** Highest dot product of one row with any row of `rows`. */
function nearest(vectors: Float32Array, start: number, rows: Float32Array, dimensions: number): number {
  const wanted = vectors.subarray(start, start + dimensions);
  let best = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows.length; row += dimensions) {
    const similarity = dot(wanted, rows, row);
    if (similarity > best) best = similarity;
  }
  return best;
}

/** Four sums at a time: the additions of one would wait for each other. */
function dot(a: Float32Array, b: Float32Array, offset: number): number {
  const even = a.length - (a.length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < even; i += 4) {
    const j = offset + i;
    s0 += (a[i] ?? 0) * (b[j] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[j + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[j + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[j + 3] ?? 0);
  }
  for (let i = even; i < a.length; i++) s0 += (a[i] ?? 0) * (b[offset + i] ?? 0);
  return s0 + s1 + s2 + s3;
}
