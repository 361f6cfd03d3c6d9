import type { ContentChange, DocumentState, FailureReason, RecordFields } from '@winnow/core';
import type { Pushed } from '@winnow/ingestion';

/** Documents that are sent to us, for a corpus with a source `push:`. */
export interface EnginePush {
  /**
   * Takes a document, or its delete. What is answered for is durable and will be worked on, whatever ends.
   * @throws AppError `failed_precondition` where documents cannot be pushed to the corpus.
   */
  push(name: string, change: ContentChange, signal: AbortSignal): Promise<PushedDocument>;
  /** Takes JSON lines as they come, and says of each what became of it once it is durable; in their order. */
  pushLines(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<PushedLine>;
  /**
   * Which fields of what is pushed as JSON are what.
   * @throws AppError `failed_precondition` where documents cannot be pushed to the corpus.
   */
  fields(name: string): Promise<RecordFields>;
  /** Resolves when a document is pending no more, or the time is over. */
  whenDone(
    name: string,
    documentId: string,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<Pick<PushedDocument, 'state' | 'revision' | 'reason'>>;
}

/** What became of a pushed document, and how it stands; null where there is none. */
export interface PushedDocument {
  readonly documentId: string;
  readonly outcome: Pushed['outcome'];
  readonly state: DocumentState | null;
  readonly revision: number | null;
  readonly reason: FailureReason | null;
}

export type PushedLine = { readonly line: number } & (
  | PushedDocument
  | (Omit<PushedDocument, 'documentId' | 'outcome'> & {
      readonly documentId: string | null;
      readonly outcome: 'malformed';
      readonly message: string;
    })
);
