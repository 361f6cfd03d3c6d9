/**
 * Finds something out once for each key, for all who ask meanwhile; what failed is tried again.
 *
 * @param maxKeys those that were asked for first are forgotten beyond it.
 */
export function memoByKey<Value>(
  find: (key: string) => Promise<Value>,
  maxKeys = 10_000,
): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const finding = find(key);
    known.set(key, finding);
    finding.catch(() => {
      if (known.get(key) === finding) known.delete(key);
    });
    const [oldest] = known.keys();
    if (known.size > maxKeys && oldest !== undefined) known.delete(oldest);
    return finding;
  };
}
