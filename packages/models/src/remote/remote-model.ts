import type { CallPriority, EmbedOptions, Logger, Reranker } from '@winnow/core';
import type { ProviderCalls } from '../calls/provider-calls.ts';

/** A model behind an API: where it is, and what its calls go through. */
export interface RemoteModel {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** Null for the provider's own. */
  readonly baseUrl: string | null;
  /** The name the endpoint knows. */
  readonly model: string;
  readonly calls: ProviderCalls;
  /** For one call, the reading of its answer included; 60 s by default, 30 s for a reranker. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

interface NamedModel extends RemoteModel {
  /** The name users know; the model's own by default. */
  readonly modelId?: string;
  /** Queries and rankings are interactive, documents bulk by default. */
  readonly priority?: CallPriority;
  readonly log: Logger;
}

export interface RemoteEmbeddingModel extends NamedModel {
  readonly dimensions: number;
  /** Asks the endpoint for that length; only some models can give shorter vectors. */
  readonly shortened?: boolean;
  readonly maxTokens: number;
  /** The API's own limit by default. */
  readonly maxTextsPerCall?: number;
  /** No limit by default. */
  readonly maxTokensPerCall?: number;
}

export interface RemoteRankingModel extends NamedModel {
  /** What the model reads of query and passage together, in tokens. */
  readonly maxTokens?: number;
  /** More are sent in several calls; 1,000 by default. */
  readonly maxPassagesPerCall?: number;
  /** Passages worth scoring; 50 by default. */
  readonly depth?: number;
  /** `probability` by default; `relative` for models and servers that give other scores than 0 to 1. */
  readonly scale?: Reranker['scale'];
}

/** One request for embeddings. */
export interface EmbeddingRequest extends EmbedOptions {
  readonly texts: readonly string[];
  /** Null: any. */
  readonly dimensions: number | null;
  readonly shortened: boolean;
}
