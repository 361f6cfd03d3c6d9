import type { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-error.ts';

const pauseMs = 5;

/**
 * Switches a file to a write-ahead log. Of several processes that begin the same new file, SQLite refuses all
 * but one at once, whatever the busy timeout is; so the wait is here, and it blocks the thread as that would.
 */
export function useWriteAheadLog(connection: DatabaseSync, timeoutMs: number): void {
  const latest = Date.now() + timeoutMs;
  for (;;) {
    try {
      connection.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || Date.now() >= latest) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}
