import { filterSchema } from '@winnow/core';
import { z } from 'zod';
import { fusionNames } from '../fusion/fuse.ts';

export const searchModes = ['bm25', 'dense', 'hybrid'] as const;
export type SearchMode = (typeof searchModes)[number];

/** Longer questions are refused: no embedding model reads more, and each term costs the index. */
export const maxQueryLength = 4_096;
/** Hits one search returns at most. */
export const maxHits = 500;
/** Candidates one leg returns at most. */
export const maxCandidates = 500;
/** Chunks before and after a hit that can be asked for. */
const maxNeighbours = 5;

/** A search as it comes from outside; every field but `query` has a default. */
export const searchRequestSchema = z.strictObject({
  query: z.string().trim().min(1).max(maxQueryLength),
  mode: z.enum(searchModes).default('hybrid'),
  /** How the two legs of `hybrid` become one ranking. */
  fusion: z.enum(fusionNames).default('z-score'),
  /**
   * Share of BM25 in the fused score, the rest is the dense leg's: for a corpus of which one leg is known to be weak. At 0
   * and 1 what only the other leg found still stands behind.
   */
  bm25Weight: z.number().min(0).max(1).default(0.5),
  /**
   * Pseudo-relevance feedback: `hybrid` searches a second time with terms and vectors of its first passages, and fuses
   * both. The other modes have none.
   */
  feedback: z.boolean().default(false),
  /** A reranker's name; `none` leaves the step out, `default` takes the one the corpus has. */
  rerank: z.string().min(1).max(200).default('default'),
  /** Hits to return. */
  k: z.int().min(1).max(maxHits).default(10),
  /** Candidates that each leg recalls. */
  candidates: z.int().min(1).max(maxCandidates).default(100),
  filter: filterSchema.nullable().default(null),
  /**
   * `collapse` shows one passage of those that say the same, and names the others with it; `show` shows them all.
   */
  duplicates: z.enum(['collapse', 'show']).default('collapse'),
  /** Lowest rerank score a hit may have; needs a reranker whose scores are 0–1. */
  threshold: z.number().min(0).max(1).nullable().default(null),
  /** Maximal marginal relevance: 1 keeps the order, 0 looks at difference alone. */
  mmr: z
    .strictObject({ lambda: z.number().min(0).max(1).default(0.7) })
    .nullable()
    .default(null),
  /** Chunks before and after each hit to return as its context. */
  neighbours: z.int().min(0).max(maxNeighbours).default(0),
  /** The reranker is given up after this long; the fused order is returned with a note. Null: as configured. */
  deadlineMs: z.int().min(1).max(600_000).nullable().default(null),
  /** Time the reranker should take; sets how many candidates it gets. Null: as many as it takes by default. */
  rerankBudgetMs: z.int().min(1).max(60_000).nullable().default(300),
});

/** A search with every default filled in. */
export type SearchRequest = z.output<typeof searchRequestSchema>;
/** What a caller may leave out. */
export type SearchRequestInput = z.input<typeof searchRequestSchema>;

/** Hits that one leg is asked for. */
export function legSize({ candidates, k }: Pick<SearchRequest, 'candidates' | 'k'>): number {
  return Math.max(candidates, k);
}
