/** Values by name, each made once while it is kept. */
export interface Kept<Value> {
  get(name: string): Promise<Value>;
  /** What is not closed yet, when all that is under way has come to rest. */
  loaded(): Promise<readonly Value[]>;
}

export interface KeptOptions<Value> {
  /** Above this, what was not asked for longest is closed. */
  readonly max: number;
  /** Who has got a value works with it for at most this long; it is closed no earlier. */
  readonly useMs: number;
  close(value: Value): Promise<void>;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  closing: NodeJS.Timeout | null;
}

/** A failure is forgotten, so that the next call tries again. */
export function createKept<Value>(
  load: (name: string) => Promise<Value>,
  { max, useMs, close }: KeptOptions<Value>,
): Kept<Value> {
  /** Least recently asked for first. */
  const entries = new Map<string, Entry<Value>>();

  const forget = (name: string, entry: Entry<Value>) => {
    if (entry.closing !== null) clearTimeout(entry.closing);
    if (entries.get(name) === entry) entries.delete(name);
  };
  const closeUnlessAsked = (name: string, entry: Entry<Value>) => {
    entry.closing ??= setTimeout(() => {
      forget(name, entry);
      // It could not be made, or cannot be closed: nobody waits for either.
      entry.value.then(close).catch(() => {});
    }, useMs).unref();
  };

  return {
    get(name) {
      const known = entries.get(name);
      const entry = known ?? { value: load(name), closing: null };
      if (known === undefined) entry.value.catch(() => forget(name, entry));
      if (entry.closing !== null) clearTimeout(entry.closing);
      entry.closing = null;
      entries.delete(name);
      entries.set(name, entry);
      for (const [other, each] of [...entries].slice(0, Math.max(0, entries.size - max))) {
        closeUnlessAsked(other, each);
      }
      return entry.value;
    },
    async loaded() {
      for (const { closing } of entries.values()) if (closing !== null) clearTimeout(closing);
      const settled = await Promise.allSettled([...entries.values()].map(({ value }) => value));
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    },
  };
}
