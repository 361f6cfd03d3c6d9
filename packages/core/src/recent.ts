/** Values that were made or asked for a moment ago, in memory. */
export interface Recent<Key, Value> {
  /** @returns the value itself: not to be written to. */
  get(key: Key): Value | null;
  set(key: Key, value: Value): void;
}

/**
 * @param bound what all values may weigh together; above it those go first that were not asked for since they were set, or
 * since others went: an approximation of least recently used (CLOCK) in which a value that is asked for is not moved. What
 * weighs more by itself is not kept.
 * @param weightOf each counts as one, unless told.
 */
export function createRecent<Key, Value>(
  bound: number,
  weightOf: (value: Value) => number = () => 1,
): Recent<Key, Value> {
  const entries = new Map<Key, { readonly value: Value; isAskedFor: boolean }>();
  let weight = 0;

  function drop(key: Key): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    weight -= weightOf(entry.value);
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      entry.isAskedFor = true;
      return entry.value;
    },
    set(key, value) {
      drop(key);
      const own = weightOf(value);
      if (own > bound) return;
      weight += own;
      for (const [oldest, entry] of entries) {
        if (weight <= bound) break;
        if (entry.isAskedFor) {
          entry.isAskedFor = false;
          entries.delete(oldest);
          entries.set(oldest, entry);
        } else {
          drop(oldest);
        }
      }
      entries.set(key, { value, isAskedFor: false });
    },
  };
}
