import type { EmbeddingKey } from '../ids.ts';

/**
 * Vectors of remote models by what they were computed from, shared by all corpora, so that no text is paid
 * for twice: not after a crash, a failed batch, in a second corpus or after a backfill by batch. Durable and
 * bounded in bytes: the oldest are dropped first. Several processes may share one. Two adapters pass one
 * conformance suite (`testkit`).
 */
export interface EmbeddingCache {
  /** Keys that are not there are absent from the map. Any number of keys. */
  get(keys: readonly EmbeddingKey[]): Promise<ReadonlyMap<EmbeddingKey, Float32Array>>;
  /** Bit for bit; a key that is there already keeps its vector. */
  put(vectors: ReadonlyMap<EmbeddingKey, Float32Array>): Promise<void>;
  close(): Promise<void>;
}
