/** Values that were made or asked for a moment ago, in memory. */
export interface Recent<Key, Value> {
  /** @returns the value itself: not to be written to. */
  get(key: Key): Value | null;
  set(key: Key, value: Value): void;
}

/**
 * @param bound what all values may weigh together; above it those that were not asked for longest go.
 * @param weightOf each counts as one, unless told.
 */
export function createRecent<Key, Value>(
  bound: number,
  weightOf: (value: Value) => number = () => 1,
): Recent<Key, Value> {
  const entries = new Map<Key, Value>();
  let weight = 0;

  function drop(key: Key): void {
    const value = entries.get(key);
    if (value === undefined) return;
    weight -= weightOf(value);
    entries.delete(key);
  }

  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return null;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      drop(key);
      entries.set(key, value);
      weight += weightOf(value);
      for (const oldest of entries.keys()) {
        if (weight <= bound) break;
        drop(oldest);
      }
    },
  };
}
