import type { GenerationRef, Store } from '@winnow/core';
import { entriesInOrder, mergeByKey, versionsInOrder } from '../doctor/merge-by-key.ts';

/** What the index of a generation holds of what its manifest calls searchable. */
export interface HeldDocuments {
  /** Searchable by the manifest, as far as it was looked at. */
  readonly searchable: number;
  /** Of them, those of which the index has not exactly the chunks that the manifest counts. */
  readonly lacking: number;
  /** Some of these. */
  readonly samples: readonly string[];
}

const maxSamples = 3;

/**
 * Compares the manifest of a generation with its index.
 * @throws AppError `not_found` where the index is not there.
 */
export async function heldDocuments(
  store: Pick<Store, 'chunks' | 'manifest'>,
  ref: GenerationRef,
  signal: AbortSignal,
): Promise<HeldDocuments> {
  let [searchable, lacking] = [0, 0];
  const samples: string[] = [];
  const states = mergeByKey(entriesInOrder(store, ref, signal), versionsInOrder(store, ref, signal));
  for await (const { entry, versions } of states) {
    if (entry === undefined || entry.liveVersion === null) continue;
    searchable += 1;
    const held = versions.find(({ version }) => version === entry.liveVersion)?.chunks ?? 0;
    if (held === entry.chunkCount) continue;
    lacking += 1;
    if (samples.length < maxSamples) samples.push(entry.documentId);
  }
  return { searchable, lacking, samples };
}
