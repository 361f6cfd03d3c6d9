import type {
  Bill,
  BillTo,
  CallPurpose,
  ChatModel,
  Corpus,
  Embedder,
  Logger,
  Reranker,
  Store,
} from '@winnow/core';
import type { AnswerCache } from './answer/cache/cached-answer.ts';
import type { RerankBudget } from './rerank/rerank-budget.ts';

/** Milliseconds that only ever grow; `performance` fits. */
export interface Clock {
  now(): number;
}

/** What searching needs of the world. Models write what they take on the bill they are asked for with. */
export interface SearchPorts {
  readonly store: Store;
  /** Starts the account of one search or answer. */
  openBill(to: BillTo): Bill;
  /** The model that made the corpus's vectors. Loaded once and kept by whoever provides it. */
  embedderOf(corpus: Corpus, bill: Bill): Promise<Embedder>;
  /**
   * @param name undefined for the corpus's default.
   * @returns null if there is no default.
   * @throws AppError `invalid_argument` or `not_found` for a name nobody knows: the search fails with it. Any
   * other failure leaves the step out with a note.
   */
  rerankerOf(corpus: Corpus, name: string | undefined, bill: Bill): Promise<Reranker | null>;
  /**
   * How the reranker of that name is run. Knows every name that {@link rerankerOf} knows; any plan will do for
   * another.
   *
   * @param name undefined for the corpus's default.
   */
  rerankPlanOf(corpus: Corpus, name: string | undefined): RerankPlan;
  /** One for the process, so that what it measured is remembered. */
  readonly rerankBudget: RerankBudget;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How a reranker is run. */
export interface RerankPlan {
  /** The whole step ends after this long where the request names no deadline: a judge needs longer than a small model. */
  readonly deadlineMs: number;
  /**
   * - `latency`: as many candidates as fit the request's latency budget at the pace measured so far; for models
   *   on this machine
   * - `whole`: all it takes by default; for those whose pace says nothing of their work, as remote ones and judges
   */
  readonly depth: 'latency' | 'whole';
  /** Names of rerankers, tried in this order where one fails or leaves passages without a score; fused order after the last. */
  readonly standIns: readonly string[];
}

/** What answering needs besides. */
export interface AnswerPorts extends SearchPorts {
  /**
   * @param name undefined for the default.
   * @param purpose what the calls are for, as the bill shall have it.
   * @returns null for the extractive answerer over the corpus's own embedder.
   * @throws AppError `invalid_argument` or `not_found` for a name nobody knows.
   */
  chatModelOf(name: string | undefined, bill: Bill, purpose: CallPurpose): Promise<ChatModel | null>;
  /** The corpus's embedder for single sentences of an answer's sources: it remembers them, and books them as part of the answer. */
  sentenceEmbedderOf(corpus: Corpus, bill: Bill): Promise<Embedder>;
  /** Answers that may serve again; null where none do. */
  readonly answerCache: AnswerCache | null;
}

/** Whom every step of one search or answer works for. */
export interface QueryContext {
  readonly corpus: Corpus;
  readonly bill: Bill;
  readonly signal: AbortSignal;
}
