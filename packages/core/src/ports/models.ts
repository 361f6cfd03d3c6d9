import type { ChunkId } from '../ids.ts';
import type { ModelUsage } from '../model-usage.ts';

export interface Embeddings {
  /** `vectors[texts.length][dimensions]`, L2-normalised, in input order. */
  readonly vectors: readonly Float32Array[];
  /** In input order, where they were asked for and the model has them. */
  readonly tokenVectors?: readonly TokenVectors[];
  readonly usage: ModelUsage;
}

/**
 * Vectors of a text's tokens, compressed: a few kilobytes, which carry their version. Made and read by late interaction
 * alone; to all others, who keep and hand them on, they are bytes.
 */
export type TokenVectors = Uint8Array<ArrayBuffer>;

/** Counts and cuts by a model's own tokens. Pure and synchronous: usable in any thread. */
export interface Tokenizer {
  /** Tokens of the text, special tokens not counted. */
  count(text: string): number;
  /** Token strings of the text in order, special tokens left out. */
  tokens(text: string): readonly string[];
}

/** Texts → vectors. Limits are data: callers pack their calls by them. */
export interface Embedder {
  /** The name users know: `all-MiniLM-L6-v2`, `text-embedding-3-small`, `tei:my-model`. */
  readonly modelId: string;
  /** Model, weights, pooling, prompts and limits: equal fingerprints mean equal vectors for equal texts. */
  readonly fingerprint: string;
  /** Remote ones cost money or another machine's time: their vectors are kept in the embedding cache. */
  readonly location: 'local' | 'remote';
  /** Length of every vector. */
  readonly dimensions: number;
  /** Longest text in tokens, special tokens included; longer ones lose their end, which `usage.truncated` counts. */
  readonly maxTokens: number;
  readonly maxTextsPerCall: number;
  /** All texts of a call together, as far as our own counts tell; `Infinity` where there is no such limit. */
  readonly maxTokensPerCall: number;
  /** Calls worth having under way at once; 1 for a local model, which uses every core for one. */
  readonly parallelCalls: number;
  /** Whether `embed` gives token vectors where they are asked for; absent: it does not. */
  readonly givesTokenVectors?: boolean;
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
  /** Token vectors are wanted too: they are of the same inference. A model that has none passes over it. */
  readonly tokenVectors?: boolean;
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

/** Why a judge gave a passage its grade. */
export interface Judgement {
  /** 3 answers the query, 2 answers part of it, 1 is on its subject, 0 has nothing to do with it. */
  readonly grade: 0 | 1 | 2 | 3;
  /** One sentence; empty where the judge gave none. */
  readonly reason: string;
  /** The words of the passage that the grade rests on; null where the judge named none. */
  readonly quote: string | null;
  /** Whether the quote stands in the passage, letter for letter up to white space. */
  readonly quoteFound: boolean;
}

export interface Reranking {
  /** One per passage, in input order. */
  readonly scores: readonly number[];
  /** One per passage, in input order; null where the reranker gives no reasons, or none for that passage. */
  readonly judgements: readonly (Judgement | null)[] | null;
  readonly usage: ModelUsage;
  /** What did not go as asked, in plain words. */
  readonly notes: readonly string[];
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
  /** Whether it asks the index for token vectors of the passages; absent: it does not. */
  readonly readsTokenVectors?: boolean;
  /**
   * Tells it of a query whose passages will come in a moment: what it has to ask for may be under way meanwhile.
   * Never fails; what did is tried again.
   */
  prepare?(query: string, options: { signal: AbortSignal }): void;
  /**
   * @param passages 1..depth, best first.
   * @throws AppError as `Embedder.embed` does.
   */
  rerank(
    query: string,
    passages: readonly RerankPassage[],
    options: { signal: AbortSignal },
  ): Promise<Reranking>;
  close(): Promise<void>;
}

/** A message of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxOutputTokens: number;
  /**
   * The answer should be JSON of this schema. A model or server that cannot be bound to one gives free text:
   * callers parse with tolerance.
   */
  readonly json: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> } | null;
}

/** In this order: any number of `delta`, at most one `usage`, one `end`. */
export type ChatDelta =
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  /** `length`: cut at `maxOutputTokens` or at the model's limit; `filtered`: withheld by the provider. */
  | { readonly type: 'end'; readonly reason: 'stop' | 'length' | 'filtered' };

/** A language model that answers a chat piece by piece. Tools are never offered to it. */
export interface ChatModel {
  readonly modelId: string;
  /** Tokens that prompt and answer may have together. */
  readonly contextTokens: number;
  /** Counts as the model does, or estimates from above. */
  countTokens(text: string): number;
  /**
   * Ends as soon as the signal is aborted or the caller stops reading; the provider's call ends with it.
   * @throws AppError as `Embedder.embed` does; `unavailable` if the stream ends before the answer does.
   */
  chat(request: ChatRequest, options: { signal: AbortSignal }): AsyncIterable<ChatDelta>;
  close(): Promise<void>;
}
