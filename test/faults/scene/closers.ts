/** What has to be closed at the end, in the reverse of the order in which it was opened. */
export interface Closers {
  add(close: () => unknown): void;
  /** One that fails does not keep the others open. Safe to call twice. */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const closers: (() => unknown)[] = [];
  return {
    add(close) {
      closers.push(close);
    },
    async closeAll() {
      const failures: unknown[] = [];
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
        try {
          await close();
        } catch (thrown) {
          failures.push(thrown);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'the scene was not closed in order');
    },
  };
}
