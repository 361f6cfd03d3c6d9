import type { ChunkId, Place } from '@winnow/core';
import type { ContextSource } from './answer-event.ts';

/** A numbered source of an answer: cited as `[n]`. */
export interface AnswerSource extends Place {
  /** From 1. */
  readonly n: number;
  readonly chunkId: ChunkId;
  readonly documentId: string;
  readonly title: string;
  readonly headings?: readonly string[];
  readonly text: string;
}

export type AnswerDelta =
  | { readonly type: 'delta'; readonly text: string }
  /** The sources that were really read, where there was no room for all; before any text. */
  | { readonly type: 'read'; readonly sources: readonly ContextSource[] }
  /** What did not go as it should, in plain words; `lasting` if it is so each time, with these sources and this model. */
  | { readonly type: 'note'; readonly text: string; readonly lasting: boolean }
  /** The generator finds nothing in the sources that answers. */
  | { readonly type: 'abstained' };

/** Question and numbered sources → text with `[n]` citations, piece by piece. */
export interface Generator {
  readonly modelId: string;
  /** Ends as soon as the signal is aborted or the caller stops reading. */
  generate(
    question: string,
    sources: readonly ContextSource[],
    options: { signal: AbortSignal },
  ): AsyncIterable<AnswerDelta>;
}
