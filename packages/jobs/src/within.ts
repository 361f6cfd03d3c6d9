/**
 * Waits for a promise, but not for ever. The promise itself goes on.
 * @param lateError made only if the time runs out.
 * @throws what the promise throws, or `lateError`.
 */
export async function within<T>(promise: Promise<T>, timeoutMs: number, lateError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError()), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until a promise settles either way, or `timeoutMs` passed. @returns true if it settled. */
export async function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return within(settled, timeoutMs, () => new Error('late')).catch(() => false);
}
