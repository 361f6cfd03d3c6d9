import type { ChunkId } from '../ids.ts';

export interface Embeddings {
  /** `vectors[texts.length][dimensions]`, L2-normalised, in input order. */
  readonly vectors: readonly Float32Array[];
  /** Tokens that went through the model. */
  readonly tokens: number;
  /** Calls made to the model or its provider. */
  readonly calls: number;
}

/** Counts and cuts by a model's own tokens. Pure and synchronous: usable in any thread. */
export interface Tokenizer {
  /** Tokens of the text, special tokens not counted. */
  count(text: string): number;
  /** Token strings of the text in order, special tokens left out. */
  tokens(text: string): readonly string[];
}

/** Texts → vectors. */
export interface Embedder {
  /** The name users know: `all-MiniLM-L6-v2`, `openai:text-embedding-3-small`. */
  readonly modelId: string;
  /** Model, weights, pooling, prompts and limits: equal fingerprints mean equal vectors for equal texts. */
  readonly fingerprint: string;
  /** Length of every vector. */
  readonly dimensions: number;
  /** Longest text in tokens, special tokens included; longer ones are refused or cut by the model. */
  readonly maxTokens: number;
  readonly maxTextsPerCall: number;
  /**
   * Embeds texts for storage (`document`) or for search (`query`).
   * @param texts 1..maxTextsPerCall non-empty strings.
   * @throws AppError `resource_exhausted` | `unavailable` | `deadline_exceeded` (retryable); `invalid_argument` (not).
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Embeddings>;
  close(): Promise<void>;
}

export interface EmbedOptions {
  readonly purpose: 'document' | 'query';
  readonly signal: AbortSignal;
}

/** One vector per token of a text. */
export interface TokenEmbeddings {
  /** Token strings, special tokens left out. */
  readonly tokens: readonly string[];
  /** `tokens.length × dimensions`, row by row, each row L2-normalised. */
  readonly vectors: Float32Array;
}

/** What late interaction needs; local models have it. */
export interface TokenEmbedder {
  embedTokens(texts: readonly string[], options: EmbedOptions): Promise<readonly TokenEmbeddings[]>;
}

export interface RerankPassage {
  readonly chunkId: ChunkId;
  /** Heading path and text, as it was embedded. */
  readonly text: string;
}

/** How well each passage answers a query. */
export interface Reranker {
  readonly modelId: string;
  /**
   * - `probability`: 0–1, comparable across queries; thresholds apply and the order replaces the fused one
   * - `relative`: comparable within one query only; standardised and added to the fused score
   */
  readonly scale: 'probability' | 'relative';
  /** Passages worth scoring by default. */
  readonly depth: number;
  /**
   * @param passages 1..depth, best first.
   * @returns one score per passage, in input order.
   */
  rerank(
    query: string,
    passages: readonly RerankPassage[],
    options: { signal: AbortSignal },
  ): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** A numbered source of an answer: cited as `[n]`. */
export interface AnswerSource {
  /** From 1. */
  readonly n: number;
  readonly chunkId: ChunkId;
  readonly documentId: string;
  readonly title: string;
  readonly text: string;
}

export type AnswerDelta =
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number }
  /** The generator finds nothing in the sources that answers. */
  | { readonly type: 'abstained' };

/** Question and numbered sources → text with `[n]` citations, piece by piece. */
export interface Generator {
  readonly modelId: string;
  generate(
    question: string,
    sources: readonly AnswerSource[],
    options: { signal: AbortSignal },
  ): AsyncIterable<AnswerDelta>;
}
