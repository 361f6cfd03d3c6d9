import type { TokenEmbeddings, TokenVectors } from '@winnow/core';
import type { LocalEmbeddingRow, LocalRerankRow } from '../registry/model-row.ts';

/** Grows with every change of what is sent here: a thread of another version loads no model. */
export const inferenceVersion = 1;

/** What a worker thread is started with. */
export interface InferenceSetup {
  /** {@link inferenceVersion} of who starts it. */
  readonly version: number;
  readonly row: LocalEmbeddingRow | LocalRerankRow;
  /** Paths of the model's files. */
  readonly model: string;
  readonly tokenizer: string;
  /** Threads that share one inference. */
  readonly threads: number;
  /** Of ONNX Runtime, in order of preference: `cpu`, or what else its build and this machine have. */
  readonly executionProviders: readonly string[];
}

/**
 * - `embed`: one vector per text, and of the same inference those of its tokens as `tokens` says: none, the
 *   compressed ones that are kept with a chunk, or each by itself
 * - `score`: one score per passage
 */
export type InferenceRequest =
  | {
      readonly kind: 'embed';
      readonly texts: readonly string[];
      readonly purpose: 'document' | 'query';
      readonly tokens: 'none' | 'compressed' | 'each';
    }
  | { readonly kind: 'score'; readonly query: string; readonly passages: readonly string[] };

export type InferenceResult =
  /** `vectors`: texts × dimensions, row by row. */
  | {
      readonly kind: 'embed';
      readonly vectors: Float32Array<ArrayBuffer>;
      /** One per text where they were asked for; empty otherwise. */
      readonly compressed: readonly TokenVectors[];
      readonly each: readonly TokenEmbeddings[];
      /** What the model read, all texts together. */
      readonly tokens: number;
      /** Texts that lost their end. */
      readonly truncated: number;
    }
  | {
      readonly kind: 'score';
      readonly logits: readonly number[];
      /** What the model read, all windows together. */
      readonly tokens: number;
      /** Passages that lost their end. */
      readonly truncated: number;
      readonly queryTruncated: boolean;
    };

export type ToWorker =
  | { readonly type: 'request'; readonly id: number; readonly request: InferenceRequest }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'result'; readonly id: number; readonly result: InferenceResult }
  /** `id` null: the model could not be loaded, and no request will succeed. */
  | {
      readonly type: 'failure';
      readonly id: number | null;
      readonly code: 'failed_precondition' | 'unavailable' | 'internal';
      readonly message: string;
    };
