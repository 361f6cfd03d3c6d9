import { filterSchema } from '@winnow/core';
import { z } from 'zod';
import { maxHits } from '../search/search-request.ts';

/** Documents that one request likes, or dislikes, at most. */
const maxExamples = 50;

const documentIds = z.array(z.string().min(1).max(1_024)).max(maxExamples);

/** Documents to find the like of; every field but `like` has a default. */
export const similarRequestSchema = z.strictObject({
  /** Ids of documents that are liked. */
  like: documentIds.min(1),
  /** Ids of documents that are not. */
  unlike: documentIds.default([]),
  /** Documents to return. */
  k: z.int().min(1).max(maxHits).default(10),
  filter: filterSchema.nullable().default(null),
  /** Maximal marginal relevance: 1 keeps the order, 0 looks at difference alone. */
  mmr: z
    .strictObject({ lambda: z.number().min(0).max(1).default(0.7) })
    .nullable()
    .default(null),
});

export type SimilarRequest = z.output<typeof similarRequestSchema>;
