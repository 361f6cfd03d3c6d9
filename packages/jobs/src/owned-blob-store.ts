import type { BlobStore } from '@winnow/core';

/** A blob store together with what it holds open. */
export interface OwnedBlobStore extends BlobStore {
  /** Lets go of connections, memory and timers; calls after it fail with `unavailable`. */
  close(): Promise<void>;
}
