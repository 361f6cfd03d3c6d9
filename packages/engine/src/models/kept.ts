/** Values by name, each made once. */
export interface Kept<Value> {
  get(name: string): Promise<Value>;
  /** What was made so far, when all that is under way has come to rest. */
  loaded(): Promise<readonly Value[]>;
}

/** A failure is forgotten, so that the next call tries again. */
export function createKept<Value>(load: (name: string) => Promise<Value>): Kept<Value> {
  const values = new Map<string, Promise<Value>>();
  return {
    get(name) {
      const known = values.get(name);
      if (known !== undefined) return known;
      const loading = load(name);
      values.set(name, loading);
      loading.catch(() => values.delete(name));
      return loading;
    },
    async loaded() {
      const settled = await Promise.allSettled([...values.values()]);
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    },
  };
}
