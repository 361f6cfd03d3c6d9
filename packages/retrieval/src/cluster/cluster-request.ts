import { z } from 'zod';

/** Topics that one request asks for at most. */
export const maxClusters = 200;

export const clusterRequestSchema = z.strictObject({
  /** How many topics; null: as many as part the documents best. */
  k: z.int().min(2).max(maxClusters).nullable().default(null),
});

export type ClusterRequest = z.output<typeof clusterRequestSchema>;
