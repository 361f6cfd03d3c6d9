import { isDeepStrictEqual } from 'node:util';
import type { Corpus, Store } from '@winnow/core';
import { readLive } from './read-live.ts';

/** Corpora remembered: a few kilobytes each. */
const maxRemembered = 1_000;

export type ReadAhead = <Value>(name: string, read: (corpus: Corpus) => Promise<Value>) => Promise<Value>;

/**
 * Reads as {@link readLive} does, and begins with the corpus as it was read last while it is read again: over a network that
 * spares a round trip. What was read early is taken only if the corpus has not changed; else it is read anew, so that nothing
 * that is remembered is believed.
 *
 * The reading may so be done twice, and the first go on unseen: for what changes nothing.
 */
export function createReadAhead(store: Store): ReadAhead {
  /** Least recently read first. */
  const remembered = new Map<string, Corpus>();

  function remember(corpus: Corpus): void {
    remembered.delete(corpus.name);
    remembered.set(corpus.name, corpus);
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size > maxRemembered) remembered.delete(oldest);
  }

  return async (name, read) => {
    const before = remembered.get(name);
    const early = before === undefined ? null : read(before);
    // Whether it failed matters only to whoever takes it.
    early?.catch(() => {});
    return await readLive(store, name, (corpus) => {
      if (early !== null && isDeepStrictEqual(corpus, before)) return early;
      remember(corpus);
      return read(corpus);
    });
  };
}
