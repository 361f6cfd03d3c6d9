import { within } from '@winnow/core';

export interface BatchLimits<Item> {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long a batch that has begun waits for its next item. */
  readonly maxWaitMs: number;
  sizeOf(item: Item): number;
  readonly signal: AbortSignal;
}

/** Items in batches, in order: as many as are there, without holding up those that come slowly. */
export async function* inBatches<Item>(
  items: AsyncIterator<Item>,
  { maxItems, maxBytes, maxWaitMs, sizeOf, signal }: BatchLimits<Item>,
): AsyncGenerator<readonly Item[]> {
  let next = items.next();
  // Awaited below, where its failure is thrown; until then it is nobody's.
  next.catch(() => undefined);
  try {
    for (;;) {
      const first = await next;
      if (first.done === true) return;
      const batch = [first.value];
      let bytes = sizeOf(first.value);
      next = begun();
      while (batch.length < maxItems && bytes < maxBytes) {
        const more = await soon(next, maxWaitMs);
        if (more === null || more.done === true) break;
        batch.push(more.value);
        bytes += sizeOf(more.value);
        next = begun();
      }
      signal.throwIfAborted();
      yield batch;
    }
  } finally {
    void items.return?.(undefined)?.catch(() => undefined);
  }

  function begun(): Promise<IteratorResult<Item>> {
    const promise = items.next();
    promise.catch(() => undefined);
    return promise;
  }
}

/** @returns null where it does not come in time. A failure shows in who awaits it next. */
function soon<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  return within(promise, ms, () => new Error('late')).catch(() => null);
}
