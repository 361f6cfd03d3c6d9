/**
 * Short-lived bytes between two stages: text and vectors that must not travel in a job's payload. Losing
 * one is never an error: the document goes back to the stage that made it.
 */
export interface BlobStore {
  /** @throws AppError `resource_exhausted` if the store is full. */
  put(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
  /** @returns null if it expired, was deleted or was never there. */
  get(key: string): Promise<Uint8Array | null>;
  delete(keys: readonly string[]): Promise<void>;
}
