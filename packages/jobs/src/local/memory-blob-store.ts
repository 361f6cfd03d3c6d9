import { AppError, type Logger } from '@winnow/core';
import type { OwnedBlobStore } from '../owned-blob-store.ts';

export interface MemoryBlobStoreOptions {
  /** All blobs together. Best above what the documents in flight need. */
  readonly maxBytes: number;
  readonly log: Logger;
  /** How long a put into a full store waits for others to make room. */
  readonly roomWaitMs?: number;
}

interface Blob {
  readonly bytes: Uint8Array;
  readonly expiresAtMs: number;
}

/**
 * Blobs in this process, never above `maxBytes` together. A put into a full store first waits for room, which
 * slows the stages that make blobs to the pace of those that use them up. If nobody makes room, all of them
 * are waiting, and blobs picked at random are dropped: their documents go back to the stage that made them.
 * A put never fails for lack of room, since the work behind it would be done and paid for again. The pick is
 * random because any fixed order can drop the blobs of the same documents again and again.
 */
export function createMemoryBlobStore({
  maxBytes,
  log,
  roomWaitMs = 2_000,
}: MemoryBlobStoreOptions): OwnedBlobStore {
  const blobs = new Map<string, Blob>();
  const waiting = new Set<() => void>();
  let usedBytes = 0;
  let closed = false;

  return {
    async put(key, bytes, ttlMs) {
      if (bytes.length > maxBytes) {
        throw new AppError(
          'invalid_argument',
          `a blob of ${bytes.length} bytes does not fit into a blob store of ${maxBytes} bytes`,
          { context: { bytes: bytes.length, maxBytes } },
        );
      }
      await makeRoom(bytes.length);
      if (closed) throw new AppError('unavailable', 'the blob store is closed');
      drop(key);
      usedBytes += bytes.length;
      blobs.set(key, { bytes: bytes.slice(), expiresAtMs: performance.now() + ttlMs });
    },
    async get(key) {
      const blob = blobs.get(key);
      if (blob === undefined) return null;
      if (blob.expiresAtMs > performance.now()) return blob.bytes.slice();
      drop(key);
      return null;
    },
    async delete(keys) {
      for (const key of keys) drop(key);
    },
    async close() {
      closed = true;
      for (const key of blobs.keys()) drop(key);
    },
  };

  async function makeRoom(bytes: number): Promise<void> {
    const waitUntilMs = performance.now() + roomWaitMs;
    while (usedBytes + bytes > maxBytes) {
      dropExpired();
      const leftMs = waitUntilMs - performance.now();
      if (usedBytes + bytes <= maxBytes) return;
      if (leftMs > 0) await roomMade(leftMs);
      else dropAny();
    }
  }

  function roomMade(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, timeoutMs);
      waiting.add(wake);
      function wake(): void {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      }
    });
  }

  function drop(key: string): void {
    const blob = blobs.get(key);
    if (blob === undefined) return;
    blobs.delete(key);
    usedBytes -= blob.bytes.length;
    for (const wake of waiting) wake();
  }

  function dropExpired(): void {
    const nowMs = performance.now();
    for (const [key, { expiresAtMs }] of blobs) if (expiresAtMs <= nowMs) drop(key);
  }

  function dropAny(): void {
    const keys = [...blobs.keys()];
    const key = keys[Math.floor(Math.random() * keys.length)];
    if (key === undefined) return;
    log.warn({ event: 'blob-dropped', usedBytes, maxBytes, blobs: keys.length });
    drop(key);
  }
}
