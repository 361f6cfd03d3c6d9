import { createHash } from 'node:crypto';

/** Counts how often each text was worked on, without keeping the texts. */
export interface TextCounts {
  add(texts: readonly string[]): void;
  /** Times this text was worked on. */
  of(text: string): number;
  /** Different texts. */
  readonly distinct: number;
  /** Texts that were worked on more than once. */
  readonly repeated: number;
  /** All of them, repeats included. */
  readonly total: number;
}

export function createTextCounts(): TextCounts {
  const counts = new Map<string, number>();
  const keyOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return {
    add(texts) {
      for (const text of texts) counts.set(keyOf(text), (counts.get(keyOf(text)) ?? 0) + 1);
    },
    of: (text) => counts.get(keyOf(text)) ?? 0,
    get distinct() {
      return counts.size;
    },
    get repeated() {
      return [...counts.values()].filter((count) => count > 1).length;
    },
    get total() {
      return [...counts.values()].reduce((sum, count) => sum + count, 0);
    },
  };
}
