import { z } from 'zod';

/** What counts as a near-duplicate; chosen on one half of two judged sets (docs/benchmarks.md). */
export const duplicatesRequestSchema = z.strictObject({
  /** Least share of 5-character shingles that two documents have in common, of all that they have. */
  jaccard: z.number().min(0.4).max(1).default(0.5),
  /** Least cosine of the documents' vectors. */
  cosine: z.number().min(0).max(1).default(0.8),
});

export type DuplicatesRequest = z.output<typeof duplicatesRequestSchema>;
