import type { AnswerCache, CachedAnswer } from './cached-answer.ts';

export interface MemoryAnswerCacheOptions {
  /** Answers kept in all; 1,000 by default. The one that served longest ago goes first. */
  readonly maxEntries?: number;
  /** UTF-16 code units of all answers with their sources; 32 Mi by default, about 64 MB. */
  readonly maxLength?: number;
  /** An answer serves no longer than this: new documents may answer better. Ten minutes by default. */
  readonly ttlMs?: number;
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly now?: () => number;
}

interface Entry {
  readonly scope: string;
  readonly answer: CachedAnswer;
  readonly length: number;
}

/** Answers in the memory of this process: least recently used out first, none older than its time. */
export function createMemoryAnswerCache(options: MemoryAnswerCacheOptions = {}): AnswerCache {
  const { maxEntries = 1_000, maxLength = 32 * 1024 * 1024, ttlMs = 600_000, now = Date.now } = options;
  /** In order of last use. */
  const entries = new Map<CachedAnswer, Entry>();
  let length = 0;

  function drop(answer: CachedAnswer): Entry | undefined {
    const entry = entries.get(answer);
    if (entry !== undefined) length -= entry.length;
    entries.delete(answer);
    return entry;
  }

  function keep(entry: Entry): void {
    entries.set(entry.answer, entry);
    length += entry.length;
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries && length <= maxLength) break;
      drop(oldest);
    }
  }

  return {
    async list(scope) {
      for (const { answer } of entries.values()) if (now() - answer.at >= ttlMs) drop(answer);
      const own = entries.values().filter((entry) => entry.scope === scope);
      return [...own].map(({ answer }) => answer).reverse();
    },
    async put(scope, answer) {
      keep({ scope, answer, length: lengthOf(answer) });
    },
    async touch(_scope, answer) {
      const entry = drop(answer);
      if (entry !== undefined) keep(entry);
    },
    async remove(_scope, answer) {
      drop(answer);
    },
  };
}

function lengthOf({ vector, ...rest }: CachedAnswer): number {
  return JSON.stringify(rest).length + 2 * vector.length;
}
