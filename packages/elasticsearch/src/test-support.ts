import { Client } from '@elastic/elasticsearch';
import { type Corpus, type GenerationRef, type Store, silentLogger } from '@winnow/core';
import { createConnection } from './connection.ts';
import { ensureIndex } from './ensure-index.ts';
import { chunkIndexDefinition, manifestDefinition } from './index-definitions.ts';
import { indexNames, writeAlias } from './names.ts';
import { createElasticsearchStore } from './store.ts';

/** For tests only: a store on the real server under a prefix of its own, with a client to look behind it. */
export interface TestStore {
  readonly store: Store;
  readonly prefix: string;
  readonly client: Client;
  /** Of the server itself. */
  readonly url: string;
  /** Opens the same data through another address; the caller closes it. */
  openAt(url: string): Store;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<Store>;
  /** Puts one chunk in that no manifest entry owns. */
  plantOrphan(ref: GenerationRef): Promise<void>;
  /** Makes a further generation of a corpus ready. */
  openGeneration(ref: GenerationRef): Promise<void>;
  /** Closes the store and removes every trace of it. */
  dispose(): Promise<void>;
}

const requestTimeoutMs = 60_000;

/** Opens a store on the real server, under a prefix that nothing else uses. */
export async function openTestStore(url: string, prefix: string): Promise<TestStore> {
  const names = indexNames(prefix);
  const client = new Client({ node: url });
  const openAt = (address: string): Store =>
    createElasticsearchStore({ url: address, prefix, requestTimeoutMs, log: silentLogger });
  let store = openAt(url);
  return {
    store,
    prefix,
    client,
    url,
    openAt,
    async reopen() {
      await store.close();
      store = openAt(url);
      return store;
    },
    async plantOrphan(ref) {
      const orphan = { document_id: 'orphan', document_key: 'orphan', version: '1.orphan', tokens: [''] };
      const index = writeAlias(names.chunks(ref));
      await client.index({ index, id: 'orphan.1.orphan.0', document: orphan, refresh: true });
    },
    async openGeneration(ref) {
      const corpus = await store.corpora.get(ref.corpus);
      if (corpus !== null) await openGeneration(url, names, corpus, ref);
    },
    async dispose() {
      await store.close();
      const indexes = Object.keys(await client.indices.get({ index: `${prefix}.*` }));
      if (indexes.length > 0) await client.indices.delete({ index: indexes });
      await client.close();
    },
  };
}

async function openGeneration(
  url: string,
  names: ReturnType<typeof indexNames>,
  corpus: Corpus,
  ref: GenerationRef,
): Promise<void> {
  const connection = createConnection({ url, requestTimeoutMs });
  await ensureIndex(connection, names.manifest(ref), manifestDefinition(corpus));
  await ensureIndex(connection, names.chunks(ref), chunkIndexDefinition(corpus));
  await connection.close();
}
