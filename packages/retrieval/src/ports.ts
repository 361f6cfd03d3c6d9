import type { Corpus, Embedder, Generator, Logger, Reranker, Store } from '@winnow/core';
import type { RerankBudget } from './rerank-budget.ts';

/** Milliseconds that only ever grow; `performance` fits. */
export interface Clock {
  now(): number;
}

/** What searching needs of the world. */
export interface SearchPorts {
  readonly store: Store;
  /** The model that made the corpus's vectors. Loaded once and kept by whoever provides it. */
  embedderOf(corpus: Corpus): Promise<Embedder>;
  /**
   * @param name undefined for the corpus's default.
   * @returns null if there is no default.
   * @throws AppError `invalid_argument` or `not_found` for a name nobody knows: the search fails with it. Any
   * other failure leaves the step out with a note.
   */
  rerankerOf(corpus: Corpus, name: string | undefined): Promise<Reranker | null>;
  /** One for the process, so that what it measured is remembered. */
  readonly rerankBudget: RerankBudget;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What answering needs besides. */
export interface AnswerPorts extends SearchPorts {
  /**
   * @param name undefined for the default.
   * @returns null for the extractive answerer over the corpus's own embedder.
   * @throws AppError `invalid_argument` or `not_found` for a name nobody knows.
   */
  generatorOf(corpus: Corpus, name: string | undefined): Promise<Generator | null>;
}
