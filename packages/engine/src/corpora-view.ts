import type { Store } from '@winnow/core';
import { summarise } from './corpus-summary.ts';
import type { EngineCorpora } from './engine-corpora.ts';
import { requireCorpus } from './require-corpus.ts';

/** What there is to look at of corpora, which takes their store alone. */
export type CorporaView = Pick<EngineCorpora, 'list' | 'show'>;

export function createCorporaView(store: Store): CorporaView {
  return {
    async list() {
      const corpora = await store.corpora.list();
      return await Promise.all(corpora.map((corpus) => summarise(store, corpus)));
    },
    async show(name) {
      return await summarise(store, await requireCorpus(store, name));
    },
  };
}
