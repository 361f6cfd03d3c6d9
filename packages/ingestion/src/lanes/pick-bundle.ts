import type { ManifestEntry } from '@winnow/core';

/**
 * Documents per bundle at most; a page of the manifest. A bundle waits once for the index to show what it wrote: with half as
 * many, an ingest of documents of 1 KB into Elasticsearch takes longer (docs/benchmarks.md, Bulk ingest).
 */
export const maxBundleDocuments = 1_024;
/** A document that was taken up this often and still is not done goes to the inbox. */
export const maxAttempts = 5;
/** Documents per bundle by how often they were taken up before: the suspects are narrowed down. */
const bundleSizes = [maxBundleDocuments, maxBundleDocuments, 16, 1, 1] as const;

export interface PickedBundle {
  readonly bundle: readonly ManifestEntry[];
  /** The bundle is one document that was taken up several times before: nothing else should be at risk with it. */
  readonly isSuspect: boolean;
  /** Taken up too often: to be failed. */
  readonly hopeless: readonly ManifestEntry[];
}

/**
 * Chooses what a lane takes up next. A document that brings down its worker, or whose bundle is refused
 * again and again, is soon taken up alone and ends in the inbox by itself; its neighbours go on.
 * @param pending a page of the lane's pending entries.
 */
export function pickBundle(pending: readonly ManifestEntry[]): PickedBundle {
  const hopeless = pending.filter((entry) => entry.attempts >= maxAttempts);
  const sizes = pending.map((entry) => bundleSizes[entry.attempts] ?? 0);
  const size = Math.max(0, ...sizes);
  const bundle = pending.filter((_, index) => sizes[index] === size && size > 0).slice(0, size);
  return { bundle, isSuspect: size === 1, hopeless };
}
