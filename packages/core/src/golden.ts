import type { DocumentId } from './ids.ts';

/** A query with judged documents. */
export interface GoldenQuery {
  readonly queryId: string;
  /** 1–8,192 characters. */
  readonly text: string;
  /** Grade of each judged document; above 0: relevant. */
  readonly judgements: Readonly<Record<DocumentId, number>>;
}
