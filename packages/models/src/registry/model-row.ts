import type { Price } from './price.ts';

export const modelKinds = ['embedding', 'rerank', 'generation'] as const;
export type ModelKind = (typeof modelKinds)[number];

/** Whose wire a remote model is spoken to by; `tei` is a Text Embeddings Inference server of one's own. */
export const remoteProviders = ['openai', 'cohere', 'jina', 'tei'] as const;
export type RemoteProvider = (typeof remoteProviders)[number];
export type Provider = 'local' | RemoteProvider;
/** Those that have rerankers, and those that have chat models. */
export const rerankProviders = ['cohere', 'jina', 'tei'] as const;
export const generationProviders = ['openai'] as const;
export type RerankProvider = (typeof rerankProviders)[number];
export type GenerationProvider = (typeof generationProviders)[number];

interface Row {
  /** The provider's own name; another variant of a local model's weights stands behind an `@`. */
  readonly name: string;
  /** The only language that it was trained on; left out of a model of many. */
  readonly language?: 'en' | 'zh';
  /** Of the weights, or whose terms an API is used under. */
  readonly licence: string;
  readonly price: Price;
}

/** One file of a local model: where each source has it, and what it must be. */
export interface ModelFile {
  /** Path in the model's repository on the hub. */
  readonly hubPath: string;
  /** Path inside the jar of the Maven artifact; null where there is none. */
  readonly jarPath: string | null;
  /** Size, for progress and for how many copies fit into memory; what is checked is the hash. */
  readonly bytes: number;
  /** 64 hexadecimal digits. Every source must give exactly these bytes. */
  readonly sha256: string;
}

interface LocalRow extends Row {
  readonly provider: 'local';
  /** Repository on the model hub, at a commit, so that what is fetched never changes; null where it has none. */
  readonly hub: { readonly repo: string; readonly revision: string } | null;
  /** How precise the weights are; `name@weights` is another spelling of the name. */
  readonly weights: string;
}

interface OnnxRow extends LocalRow {
  /** `group:artifact:version` of a jar with the same bytes; null where there is none. */
  readonly maven: string | null;
  /** ONNX weights, and `tokenizer.json` of Hugging Face tokenizers. */
  readonly files: { readonly model: ModelFile; readonly tokenizer: ModelFile };
  /** Longest input in tokens, special tokens included. */
  readonly maxTokens: number;
}

/** An embedding model that runs here. */
export interface LocalEmbeddingRow extends OnnxRow {
  readonly kind: 'embedding';
  /** Length of every vector. */
  readonly dimensions: number;
  /** Which token vectors make the text's vector: the mean of all, or the first (`[CLS]`). */
  readonly pooling: 'mean' | 'cls';
  /** Put in front of a text by what it is for, as the model was trained. */
  readonly prompts: { readonly query: string; readonly document: string };
}

/** A cross-encoder with one output, whose sigmoid is the score, that runs here. */
export interface LocalRerankRow extends OnnxRow {
  readonly kind: 'rerank';
  /**
   * How a pair is written:
   * - `bert`: `[CLS] query [SEP] passage [SEP]`, segments 0 and 1
   * - `xlm-roberta`: `<s> query </s></s> passage </s>`, no segments
   */
  readonly family: 'bert' | 'xlm-roberta';
  readonly scale: 'probability';
}

/** A language model in one GGUF file that runs here. */
export interface LocalGenerationRow extends LocalRow {
  readonly kind: 'generation';
  readonly files: { readonly model: ModelFile };
  /** Python packages that carry the file in parts, in order, as `name==version`; empty where there are none. */
  readonly pythonParts: readonly string[];
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
}

/** An embedding model behind a provider's API. Prompts are the adapter's business (`input_type`, `task`). */
export interface RemoteEmbeddingRow extends Row {
  readonly kind: 'embedding';
  readonly provider: RemoteProvider;
  /** Length of every vector, unless another is asked for. */
  readonly dimensions: number;
  /** Lengths that can be asked for instead, as `name@length`: any from 1, or those listed; null for none. */
  readonly shorter: 'any' | readonly number[] | null;
  /** Longest text in tokens. */
  readonly maxTokens: number;
  readonly maxTextsPerCall: number;
  /** All texts of a call together; null where there is no such limit. */
  readonly maxTokensPerCall: number | null;
}

/** A reranker behind a provider's API. */
export interface RemoteRerankRow extends Row {
  readonly kind: 'rerank';
  readonly provider: RerankProvider;
  /** Query and passage together, in tokens; longer passages are divided by the provider. */
  readonly maxTokens: number;
  readonly maxPassagesPerCall: number;
  readonly scale: 'probability';
}

/** A chat model behind a provider's API. */
export interface RemoteGenerationRow extends Row {
  readonly kind: 'generation';
  readonly provider: GenerationProvider;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
}

export type OnnxModelRow = LocalEmbeddingRow | LocalRerankRow;
export type LocalModelRow = OnnxModelRow | LocalGenerationRow;
export type RemoteModelRow = RemoteEmbeddingRow | RemoteRerankRow | RemoteGenerationRow;
export type ModelRow = LocalModelRow | RemoteModelRow;
