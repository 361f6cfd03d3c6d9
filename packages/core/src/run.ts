import type { CorpusName, RunId } from './ids.ts';

export const runStates = ['planning', 'running', 'completed', 'failed', 'canceled'] as const;
export type RunState = (typeof runStates)[number];

/** How the source differs from the manifest, in documents. */
export interface DocumentChanges {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly deleted: number;
}

/** A batch of texts that a run handed to its provider. */
export interface BackfillBatch {
  /** The same for the same texts: by it the batch is found again after a crash. */
  readonly label: string;
  /** The provider's name for it. */
  readonly batchId: string;
  readonly texts: number;
  /** `failed`: refused by the provider, with a reason; its texts are embedded directly. */
  readonly state: 'submitted' | 'collected' | 'failed';
  /** Texts whose vectors came back. */
  readonly embedded: number;
  readonly reason: string | null;
}

/** How far a run is whose texts are embedded in the provider's batches before documents are taken up. */
export interface Backfill {
  readonly state: 'submitting' | 'waiting' | 'collected';
  readonly batches: readonly BackfillBatch[];
}

/** One ingestion of a corpus, as it is kept. Counts of work come from the manifest, not from here. */
export interface Run {
  readonly runId: RunId;
  readonly corpus: CorpusName;
  readonly generation: number;
  readonly state: RunState;
  readonly changes: DocumentChanges;
  /** Set where the run was started to use batches; runs of before batches existed have none. */
  readonly backfill?: Backfill;
  /** Why a run failed. */
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
}
