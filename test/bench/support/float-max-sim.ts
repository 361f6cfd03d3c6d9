import type { TokenEmbeddings } from '@winnow/core';

/** Late interaction with every token vector of a passage in full: what the product's compressed ones are held against. */
export function floatMaxSim(
  query: TokenEmbeddings,
  weights: readonly number[],
  passage: TokenEmbeddings,
): number {
  const dimensions = query.vectors.length / Math.max(1, query.tokens.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (passage.tokens.length === 0 || total === 0) return 0;
  let score = 0;
  for (const [index, weight] of weights.entries()) {
    const wanted = query.vectors.subarray(index * dimensions, (index + 1) * dimensions);
    let best = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < passage.vectors.length; row += dimensions) {
      best = Math.max(best, dot(wanted, passage.vectors, row));
    }
    score += weight * best;
  }
  return score / total;
}

/** Four sums at a time: the additions of one would wait for each other. */
function dot(a: Float32Array, b: Float32Array, offset: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 4) {
    const j = offset + i;
    s0 += (a[i] ?? 0) * (b[j] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[j + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[j + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[j + 3] ?? 0);
  }
  return s0 + s1 + s2 + s3;
}
