import type { ChunkId, DocumentId } from '@winnow/core';
import type { Citation, UnsupportedClaim } from './check-citations.ts';
import type { SearchResponse } from './search-response.ts';

/** A passage that the answer may cite as `[n]`. */
export interface ContextSource {
  /** From 1. */
  readonly n: number;
  readonly documentId: DocumentId;
  readonly chunkId: ChunkId;
  readonly title: string;
  readonly headings: readonly string[];
  /** The chunk, without what the source before it already says. */
  readonly text: string;
  /** `document.text.slice(start, end)` is the text. */
  readonly start: number;
  readonly end: number;
}

/** What an answer ends with. */
export interface AnswerResult {
  /**
   * The checked text: replaces what was streamed. Every `[n]` left in it has a citation. Empty where the
   * generator abstained.
   */
  readonly answer: string;
  /** Nothing in the sources answers the question. */
  readonly abstained: boolean;
  readonly citations: readonly Citation[];
  readonly unsupported: readonly UnsupportedClaim[];
  readonly usage: { readonly modelId: string; readonly inputTokens: number; readonly outputTokens: number };
  /** Milliseconds. */
  readonly timingsMs: { readonly search: number; readonly generate: number; readonly total: number };
  /** What was left out or did not work, search included, in plain words. */
  readonly notes: readonly string[];
}

/** In this order: one `sources-ready`, any number of `answer-delta`, one `answer-end`. */
export type AnswerEvent =
  | {
      readonly type: 'sources-ready';
      readonly sources: readonly ContextSource[];
      readonly search: SearchResponse;
    }
  | { readonly type: 'answer-delta'; readonly text: string }
  | ({ readonly type: 'answer-end' } & AnswerResult);
