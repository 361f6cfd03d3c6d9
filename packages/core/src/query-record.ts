import type { CorpusId } from './ids.ts';

/** A search that was kept. */
export interface QueryRecord {
  /** As in the reply to it. */
  readonly queryId: string;
  readonly corpusId: CorpusId;
  /** The generation that answered. */
  readonly generation: number;
  readonly text: string;
  readonly kind: 'search' | 'answer';
  /** ISO 8601, UTC. */
  readonly at: string;
}
