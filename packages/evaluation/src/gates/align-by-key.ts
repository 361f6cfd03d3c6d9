/** A list in order of its keys; a key may stand in it several times, one after the other. */
export interface KeyedList<Item> {
  readonly items: AsyncIterable<Item>;
  keyOf(item: Item): string;
}

/** What each list has under one key. */
export interface Aligned<One, Other, Third> {
  readonly key: string;
  readonly lists: readonly [readonly One[], readonly Other[], readonly Third[]];
}

/**
 * Walks through three lists side by side, key by key, in order of key (by code unit); what stands under one key is in
 * memory at a time.
 * @param lists each in order of key.
 */
export async function* alignByKey<One, Other, Third>(
  lists: readonly [KeyedList<One>, KeyedList<Other>, KeyedList<Third>],
): AsyncGenerator<Aligned<One, Other, Third>> {
  const [one, other, third] = [cursorOf(lists[0]), cursorOf(lists[1]), cursorOf(lists[2])];
  const cursors = [one, other, third];
  try {
    for (const cursor of cursors) await cursor.open();
    for (;;) {
      const [key] = cursors
        .map((cursor) => cursor.key())
        .filter((each) => each !== null)
        .sort();
      if (key === undefined) return;
      yield { key, lists: [await one.take(key), await other.take(key), await third.take(key)] };
    }
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

function cursorOf<Item>({ items, keyOf }: KeyedList<Item>) {
  const iterator = items[Symbol.asyncIterator]();
  let current: { readonly item: Item; readonly key: string } | null = null;
  async function step(): Promise<void> {
    const next = await iterator.next();
    // A key may cost something to make: once for each item is enough.
    current = next.done === true ? null : { item: next.value, key: keyOf(next.value) };
  }
  return {
    key: () => current?.key ?? null,
    open: step,
    /** What stands under this key next, and goes past it. */
    async take(wanted: string): Promise<readonly Item[]> {
      const taken: Item[] = [];
      while (current?.key === wanted) {
        taken.push(current.item);
        await step();
      }
      return taken;
    },
    async close() {
      await iterator.return?.(undefined);
    },
  };
}
