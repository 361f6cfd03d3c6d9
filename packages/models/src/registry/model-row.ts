/** One file of a model: where each source has it, and what it must be. */
export interface ModelFile {
  /** Path in the model's repository on the hub. */
  readonly hubPath: string;
  /** Path inside the jar of the Maven artifact; null where there is none. */
  readonly jarPath: string | null;
  readonly bytes: number;
  /** 64 hexadecimal digits. Every source must give exactly these bytes. */
  readonly sha256: string;
}

interface LocalModelRow {
  /** The name users know. */
  readonly name: string;
  /** Repository on the model hub, at a commit, so that what is fetched never changes. */
  readonly hub: { readonly repo: string; readonly revision: string };
  /** `group:artifact:version` of a jar with the same bytes; null where there is none. */
  readonly maven: string | null;
  /** ONNX weights, and `tokenizer.json` of Hugging Face tokenizers. */
  readonly files: { readonly model: ModelFile; readonly tokenizer: ModelFile };
  /** Longest input in tokens, special tokens included. */
  readonly maxTokens: number;
}

/** A local embedding model. */
export interface EmbeddingModelRow extends LocalModelRow {
  readonly kind: 'embedding';
  /** Length of every vector. */
  readonly dimensions: number;
  /** Which token vectors make the text's vector: the mean of all, or the first (`[CLS]`). */
  readonly pooling: 'mean' | 'cls';
  /** Put in front of a text by what it is for, as the model was trained. */
  readonly prompts: { readonly query: string; readonly document: string };
}

/** A local cross-encoder with one output, whose sigmoid is the score. */
export interface RerankModelRow extends LocalModelRow {
  readonly kind: 'rerank';
  /**
   * How a pair is written:
   * - `bert`: `[CLS] query [SEP] passage [SEP]`, segments 0 and 1
   * - `xlm-roberta`: `<s> query </s></s> passage </s>`, no segments
   */
  readonly family: 'bert' | 'xlm-roberta';
}

export type ModelRow = EmbeddingModelRow | RerankModelRow;
export type ModelKind = ModelRow['kind'];
