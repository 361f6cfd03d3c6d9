import type { TokenFrequencies } from '@winnow/core';

/**
 * How much a token tells: ln(1 + (N - n + 0.5) / (n + 0.5)), where the token stands in n of N chunks. The idf
 * of BM25 as Lucene writes it: always above 0, highest for a token that no chunk has.
 *
 * @param frequencies counts that may include dead revisions, so n is taken as at most N.
 * @returns one weight per count, in its order.
 */
export function inverseDocumentFrequencies({ chunks, counts }: TokenFrequencies): number[] {
  return counts.map((count) => {
    const n = Math.min(Math.max(count, 0), chunks);
    return Math.log(1 + (chunks - n + 0.5) / (n + 0.5));
  });
}
