import type { EmbeddingKey } from '../ids.ts';
import type { ModelUsage } from '../model-usage.ts';

/** A text of a batch, named by what it is embedded as: results are told apart by that name alone. */
export interface BatchText {
  readonly key: EmbeddingKey;
  readonly text: string;
}

export interface BatchStatus {
  /**
   * `ended`: completed, expired or canceled; what was done until then can be read.
   * `failed`: refused as a whole; nothing was embedded, nothing is billed.
   */
  readonly state: 'running' | 'ended' | 'failed';
  /** Texts that are embedded so far. */
  readonly done: number;
  /** Why it failed, in the provider's words; else null. */
  readonly reason: string | null;
}

/** A text's vector, or why there is none: it is then embedded directly. */
export type BatchResult =
  | { readonly key: EmbeddingKey; readonly vector: Float32Array }
  | { readonly key: EmbeddingKey; readonly error: string };

/**
 * Embeds texts when the provider has time, within a day and for less money. A batch goes on without us, so
 * every step can be taken up again after a crash.
 * Errors: as `Embedder.embed`; `failed_precondition` where the server has no batches.
 */
export interface BatchEmbedder {
  readonly maxTextsPerBatch: number;
  /** UTF-8 bytes of the texts of one batch. */
  readonly maxBytesPerBatch: number;
  /**
   * @param texts 1…maxTextsPerBatch, keys distinct.
   * @param label names the batch, so that {@link find} finds it: at most 64 characters.
   * @returns the provider's id of the batch.
   */
  submit(texts: readonly BatchText[], label: string, signal: AbortSignal): Promise<string>;
  /** The newest batch of that label that is running or has results; null if there is none. */
  find(label: string, signal: AbortSignal): Promise<string | null>;
  /** @throws AppError `not_found` if the provider no longer knows it. */
  status(batchId: string, signal: AbortSignal): Promise<BatchStatus>;
  /**
   * In no order; a key may be missing. Vectors are checked and L2-normalised, as an embedder's.
   * @param onUsage told once, at the end, what the batch took.
   */
  results(
    batchId: string,
    signal: AbortSignal,
    onUsage: (usage: ModelUsage) => void,
  ): AsyncIterable<BatchResult>;
}
