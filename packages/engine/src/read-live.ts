import type { Corpus, Store } from '@winnow/core';
import { requireWholeCorpus } from './require-corpus.ts';

/**
 * Reads what readers see of a corpus. Where that was given up while it was read, since readers were switched to another
 * generation, it is read once more, of the one that they see now: nobody is told that something is gone.
 * @param read gets the corpus as it is when the reading begins.
 */
export async function readLive<Value>(
  store: Store,
  name: string,
  read: (corpus: Corpus) => Promise<Value>,
): Promise<Value> {
  let corpus = await requireWholeCorpus(store, name);
  for (;;) {
    try {
      return await read(corpus);
    } catch (thrown) {
      corpus = await withoutIt(store, corpus, thrown);
    }
  }
}

/** The same for what is read piece by piece, as long as nobody was given any. */
export async function* streamLive<Piece>(
  store: Store,
  name: string,
  read: (corpus: Corpus) => AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  let corpus = await requireWholeCorpus(store, name);
  let isBegun = false;
  for (;;) {
    try {
      for await (const piece of read(corpus)) {
        isBegun = true;
        yield piece;
      }
      return;
    } catch (thrown) {
      if (isBegun) throw thrown;
      corpus = await withoutIt(store, corpus, thrown);
    }
  }
}

/** @returns the corpus as it is without the generation that was read. Throws what was thrown where that is there. */
async function withoutIt(store: Store, before: Corpus, thrown: unknown): Promise<Corpus> {
  const now = await store.corpora.get(before.name).catch(() => null);
  const isKept = now?.generations.some(
    ({ number, state }) => number === before.liveGeneration && state !== 'dropped',
  );
  if (now?.corpusId !== before.corpusId || now.deletingSince !== null || isKept) throw thrown;
  return now;
}
