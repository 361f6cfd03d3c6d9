import type { RevisionRef } from '@winnow/core';
import type { SearchResponse } from '../../search/search-response.ts';
import type { AnswerResult, ContextSource } from '../answer-event.ts';
import type { EmbeddedQuestion } from './same-question.ts';

/** An answer that may serve again, with all that tells whether it may. */
export interface CachedAnswer extends EmbeddedQuestion {
  readonly sources: readonly ContextSource[];
  /** The documents of the sources at the revisions that were read: each must still be what readers see. */
  readonly revisions: readonly RevisionRef[];
  readonly search: SearchResponse;
  readonly result: AnswerResult;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Answers kept by scope: corpus, generation, models and every setting of the request, access included. Those of
 * one scope differ in their questions only. What is kept may be lost at any time.
 */
export interface AnswerCache {
  /** Of one scope, newest use first. */
  list(scope: string): Promise<readonly CachedAnswer[]>;
  put(scope: string, answer: CachedAnswer): Promise<void>;
  /** Tells that an answer served again. */
  touch(scope: string, answer: CachedAnswer): Promise<void>;
  remove(scope: string, answer: CachedAnswer): Promise<void>;
}
