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

/** One ingestion of a corpus, as it is kept. Counts of work come from the manifest, not from here. */
export interface Run {
  readonly runId: RunId;
  readonly corpus: CorpusName;
  readonly generation: number;
  readonly state: RunState;
  readonly changes: DocumentChanges;
  /** Why a run failed. */
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
}
