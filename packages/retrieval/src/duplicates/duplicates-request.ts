import { z } from 'zod';

/** What counts as a near-duplicate. */
export const duplicatesRequestSchema = z.strictObject({
  /**
   * Least share of 5-character shingles that two documents have in common, of all that they have. The default was
   * chosen on one half of two judged sets (docs/benchmarks.md).
   */
  jaccard: z.number().min(0.4).max(1).default(0.45),
  /** Least cosine of the documents' vectors; the default is set by hand. */
  cosine: z.number().min(0).max(1).default(0.7),
});

export type DuplicatesRequest = z.output<typeof duplicatesRequestSchema>;
