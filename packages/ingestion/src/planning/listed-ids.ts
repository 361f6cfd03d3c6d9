import type { BlobStore, RunId } from '@winnow/core';
import { blobTtlMs } from '../lanes/blobs/blob-ttl.ts';
import { createDocumentIdSet, type DocumentIdSet } from './document-id-set.ts';

/** Sets of other runs kept in memory; each is 32 to 64 bytes a document. */
const maxKept = 2;

/** The ids that a run's plan has met so far, across its slices and whichever processes run them. */
export interface ListedIds {
  /**
   * The ids that the first `steps` slices met.
   * @returns null where a piece is lost: the plan has to begin anew.
   */
  before(runId: RunId, steps: number): Promise<DocumentIdSet | null>;
  /** Keeps what a slice added. */
  keep(runId: RunId, step: number, listed: DocumentIdSet): Promise<void>;
  /** Forgets a run. */
  drop(runId: RunId, steps: number): Promise<void>;
}

/** Each slice's ids are a blob of 12 bytes an id; a process that ran the slice before has them in memory. */
export function createListedIds(blobs: BlobStore): ListedIds {
  const kept = new Map<RunId, { readonly steps: number; readonly set: DocumentIdSet }>();
  return {
    async before(runId, steps) {
      const known = kept.get(runId);
      // Taken out: what the slice adds before it fails must not be there when it is repeated.
      kept.delete(runId);
      if (known?.steps === steps) return known.set;
      const set = createDocumentIdSet();
      for (let step = 0; step < steps; step += 1) {
        const packed = await blobs.get(keyOf(runId, step));
        if (packed === null) return null;
        set.load(packed);
      }
      return set;
    },
    async keep(runId, step, listed) {
      await blobs.put(keyOf(runId, step), listed.added(), blobTtlMs);
      kept.set(runId, { steps: step + 1, set: listed });
      const [oldest] = kept.keys();
      if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    },
    async drop(runId, steps) {
      kept.delete(runId);
      await blobs.delete(Array.from({ length: steps }, (_, step) => keyOf(runId, step)));
    },
  };
}

function keyOf(runId: RunId, step: number): string {
  return `listed-${runId}-${step}`;
}
