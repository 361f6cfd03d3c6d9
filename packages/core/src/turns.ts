import { AppError } from './errors.ts';

/** Work of one request that other requests may be kept waiting for. */
const sliceMs = 10;

/** Who waits for a turn of the thread, in the order of asking. */
const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, after all who asked before, and nobody else's in the same turn: between
 * two of those who wait, the thread looks after its sockets and timers, however many wait.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(giveTurn);
  });
}

function giveTurn(): void {
  const [first] = waiting;
  if (waiting.length > 1) setImmediate(giveTurn);
  waiting.shift();
  first?.();
}

/**
 * For long work in steps: gives other work of the thread its turn once a slice of time is used up.
 * @returns to be awaited between two steps. Rejects with `canceled` or `deadline_exceeded` once the signal is aborted.
 */
export function createTurns(signal: AbortSignal | undefined): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < sliceMs) return;
    await nextTurn();
    if (signal?.aborted === true) throw AppError.from(signal.reason);
    since = performance.now();
  };
}
