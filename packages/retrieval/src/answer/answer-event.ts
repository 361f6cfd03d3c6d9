import type { ChunkId, Cost, DocumentId, Place } from '@winnow/core';
import type { Citation, UnsupportedClaim } from '../citations/check-citations.ts';
import type { SearchResponse } from '../search/search-response.ts';

/** A passage that the answer may cite as `[n]`. */
export interface ContextSource extends Place {
  /** From 1. */
  readonly n: number;
  readonly documentId: DocumentId;
  readonly chunkId: ChunkId;
  /** Position of the chunk among those of its document, from 0. */
  readonly position: number;
  /** Worth for the answer, from 1: hits by their rank, then what stands around them. */
  readonly rank: number;
  readonly title: string;
  readonly headings: readonly string[];
  /** The chunk, without what the source before it already says. */
  readonly text: string;
  /** `document.text.slice(start, end)` is the text. */
  readonly start: number;
  readonly end: number;
}

/** A passage that is near a question and was not enough to answer it. */
export interface NearPassage {
  readonly documentId: DocumentId;
  readonly chunkId: ChunkId;
  readonly title: string;
  readonly headings: readonly string[];
  /** Its beginning. */
  readonly text: string;
}

/** Milliseconds per step; 0 for a step that did not run. */
interface AnswerTimings {
  /** Making a standalone question of the conversation. */
  readonly condense: number;
  readonly search: number;
  readonly generate: number;
  /** From the question to the first piece of text; null where none came. */
  readonly firstToken: number | null;
  readonly total: number;
}

/** What an answer ends with. */
export interface AnswerResult {
  /**
   * The checked text: replaces what was streamed. Every `[n]` left in it is the number of a citation; every link in it
   * stands in a source or in the question. Markdown whose markup does nothing (`inertMarkup`). Empty where the generator
   * abstained.
   */
  readonly answer: string;
  /** Nothing in the sources answers the question. */
  readonly abstained: boolean;
  /** Where nothing answers: the best passages that were found, three at most; else empty. */
  readonly nearest: readonly NearPassage[];
  /** Numbered from 1 in the order of the answer, whatever the numbers of the sources. */
  readonly citations: readonly Citation[];
  readonly unsupported: readonly UnsupportedClaim[];
  /** The model that wrote it; `extractive` for sentences of the sources, `none` where there was no source. */
  readonly generator: string;
  /** Names this answer in the ledger. */
  readonly queryId: string;
  /** Number of the generation that its sources are of. */
  readonly generation: number;
  /** What its models took, search included. */
  readonly cost: Cost;
  /** The question as it was understood from the conversation, searched and answered; null without a conversation. */
  readonly standaloneQuestion: string | null;
  /** An earlier answer to the same question served again; its sources have not changed since. */
  readonly cached: boolean;
  readonly timingsMs: AnswerTimings;
  /** What was left out or did not work, search included, in plain words. */
  readonly notes: readonly string[];
}

/** In this order: one `sources-ready`, any number of `answer-delta`, one `answer-end`. */
export type AnswerEvent =
  | {
      readonly type: 'sources-ready';
      readonly sources: readonly ContextSource[];
      readonly search: SearchResponse;
      readonly standaloneQuestion: string | null;
    }
  | { readonly type: 'answer-delta'; readonly text: string }
  | ({ readonly type: 'answer-end' } & AnswerResult);
