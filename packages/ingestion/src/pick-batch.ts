import type { ManifestEntry } from '@winnow/core';

/** Documents per batch at most; a page of the manifest. */
export const maxBatchDocuments = 64;
/** A document that was taken up this often and still is not done goes to the inbox. */
export const maxAttempts = 5;
/** Documents per batch by how often they were taken up before: the suspects are narrowed down. */
const batchSizes = [maxBatchDocuments, maxBatchDocuments, 16, 1, 1] as const;

export interface PickedBatch {
  readonly batch: readonly ManifestEntry[];
  /** The batch is one document that was taken up several times before: nothing else should be at risk with it. */
  readonly isSuspect: boolean;
  /** Taken up too often: to be failed. */
  readonly hopeless: readonly ManifestEntry[];
}

/**
 * Chooses what a lane takes up next. A document that brings down its worker, or whose batch is refused
 * again and again, is soon taken up alone and ends in the inbox by itself; its neighbours go on.
 * @param pending a page of the lane's pending entries.
 */
export function pickBatch(pending: readonly ManifestEntry[]): PickedBatch {
  const hopeless = pending.filter((entry) => entry.attempts >= maxAttempts);
  const sizes = pending.map((entry) => batchSizes[entry.attempts] ?? 0);
  const size = Math.max(0, ...sizes);
  const batch = pending.filter((_, index) => sizes[index] === size && size > 0).slice(0, size);
  return { batch, isSuspect: size === 1, hopeless };
}
