import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from './errors.ts';

/** Work of one request that other requests may be kept waiting for. */
const sliceMs = 10;

/**
 * For long work in steps: gives other work of the thread its turn once a slice of time is used up.
 * @returns to be awaited between two steps. Rejects with `canceled` or `deadline_exceeded` once the signal is aborted.
 */
export function createTurns(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < sliceMs) return;
    await nextTurn();
    if (signal.aborted) throw AppError.from(signal.reason);
    since = performance.now();
  };
}
