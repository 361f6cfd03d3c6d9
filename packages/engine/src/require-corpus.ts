import { AppError, type Corpus, parseCorpusName, requireRestored, type Store } from '@winnow/core';

/** @throws AppError `not_found`, which names no other corpus: who may ask for one may not know of all. */
export async function requireCorpus(store: Store, name: string): Promise<Corpus> {
  const corpus = await store.corpora.get(parseCorpusName(name));
  if (corpus !== null) return corpus;
  throw new AppError('not_found', `no corpus ${name}: winnow corpus list shows those there are`);
}

/**
 * @throws AppError `not_found` for a corpus of which a part may be gone already, `failed_precondition` for one of which
 * a part is not there yet.
 */
export async function requireWholeCorpus(store: Store, name: string): Promise<Corpus> {
  const corpus = await requireCorpus(store, name);
  requireRestored(corpus);
  if (corpus.deletingSince === null) return corpus;
  throw new AppError('not_found', `corpus ${name} is being deleted: winnow corpus delete ${name} ends it`);
}
