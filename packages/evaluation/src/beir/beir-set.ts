import type { DocumentId, Filter, Metadata } from '@winnow/core';

/** A document of a judged collection. */
export interface BeirDocument {
  readonly documentId: DocumentId;
  readonly title: string;
  readonly text: string;
  readonly metadata: Metadata;
}

export interface BeirQuery {
  readonly queryId: string;
  readonly text: string;
  /** Set where the query is about a part of the collection only. */
  readonly filter: Filter | null;
}

/** How relevant each judged document is to one query: 0 is judged and irrelevant, higher is better. */
export type Grades = ReadonlyMap<DocumentId, number>;

/** A judged collection in the layout of BEIR. */
export interface BeirSet {
  /** The folder's name. */
  readonly name: string;
  readonly documents: readonly BeirDocument[];
  /** Those with at least one relevant document, in the order of the file. */
  readonly queries: readonly BeirQuery[];
  /** By query id. */
  readonly judgments: ReadonlyMap<string, Grades>;
}
