import { AppError, type Store } from '@winnow/core';

/** For tests only: methods that change something, by part of the store. */
const writes = {
  corpora: ['create', 'update', 'publishGeneration'],
  runs: ['create', 'update'],
  manifest: ['admit', 'accept', 'fail', 'dismiss'],
  chunks: ['commit'],
  contents: ['restore'],
  golden: ['add'],
} as const satisfies Partial<Record<keyof Store, readonly string[]>>;

/**
 * The store, whose n-th write from here on and all after it fail, as those of a process that is killed there.
 * @param isDone whether that write is done all the same, and only its answer is lost.
 * @returns how many writes there were.
 */
export function failingFrom(store: Store, n: number, isDone: boolean) {
  let count = 0;
  const wrap = (part: object, names: readonly string[]): object => {
    const wrapped: Record<string, unknown> = {};
    for (const [name, method] of Object.entries(part)) {
      const call = method as (...values: unknown[]) => unknown;
      wrapped[name] = !names.includes(name)
        ? method
        : async (...values: unknown[]) => {
            count += 1;
            if (count < n) return await call.apply(part, values);
            if (count === n && isDone) await call.apply(part, values);
            throw new AppError('unavailable', `write ${count} was broken off`);
          };
    }
    return wrapped;
  };
  const parts = Object.entries(writes).map(([part, names]) => [
    part,
    wrap(store[part as keyof typeof writes], names),
  ]);
  return { store: { ...store, ...Object.fromEntries(parts) } as Store, writes: () => count };
}
