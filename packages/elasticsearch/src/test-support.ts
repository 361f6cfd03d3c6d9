import { Client } from '@elastic/elasticsearch';
import {
  type Corpus,
  type DocumentId,
  documentKeyOf,
  type GenerationRef,
  type LedgerEntry,
  type Store,
  sha256,
  silentLogger,
} from '@winnow/core';
import { chunkOf, revisionOf, termsOf } from '@winnow/testkit';
import { type ChunkRecord, chunkWrites } from './chunks/chunk-record.ts';
import { chunkDocumentId, versionOf } from './chunks/chunk-version.ts';
import { createConnection } from './connection/connection.ts';
import { prepareGeneration } from './indexes/generation-indexes.ts';
import { indexNames, writeAlias } from './indexes/names.ts';
import type { ManifestRecord } from './manifest/manifest-record.ts';
import { createElasticsearchStore, type ElasticsearchStoreOptions } from './store.ts';

/** For tests only: a store on the real server under a prefix of its own, with what happens to data behind its back. */
export interface TestStore {
  readonly store: Store;
  readonly prefix: string;
  readonly client: Client;
  /** Of the server itself. */
  readonly url: string;
  /** Opens the same data through another address; the caller closes it. */
  openAt(url: string, overrides?: Partial<ElasticsearchStoreOptions>): Store;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<Store>;
  breakOffCreate(corpus: Corpus): Promise<void>;
  plantOrphan(ref: GenerationRef, documentId: DocumentId): Promise<number>;
  loseChunk(ref: GenerationRef, documentId: DocumentId, position: number): Promise<void>;
  breakVector(ref: GenerationRef, documentId: DocumentId, position: number): Promise<void>;
  /** Closes the store and removes every trace of it. */
  dispose(): Promise<void>;
}

const requestTimeoutMs = 60_000;
/** Tests come one after another: what they wait for would be waiting. */
const refreshMs = 5;

/** Opens a store on the real server, under a prefix that nothing else uses. */
export async function openTestStore(url: string, prefix: string, shards = 1): Promise<TestStore> {
  const names = indexNames(prefix);
  const client = new Client({ node: url });
  const openAt: TestStore['openAt'] = (address, overrides = {}) =>
    createElasticsearchStore({
      url: address,
      prefix,
      requestTimeoutMs,
      shards,
      refreshMs,
      log: silentLogger,
      ...overrides,
    });
  let store = openAt(url);

  /** Where a live chunk is. */
  async function placeOf(ref: GenerationRef, documentId: DocumentId, position: number) {
    const key = documentKeyOf(documentId);
    const entry = await client.get<ManifestRecord>({ index: names.manifest(ref), id: key });
    const id = chunkDocumentId(key, entry._source?.live_version ?? '', position);
    return { index: writeAlias(names.chunks(ref)), id, routing: key };
  }

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
    async breakOffCreate(corpus) {
      const connection = createConnection({ url, requestTimeoutMs });
      for (const generation of corpus.generations) {
        await prepareGeneration({ connection, names, shards }, corpus, generation);
      }
      await connection.close();
    },
    async plantOrphan(ref, documentId) {
      const index = names.chunks(ref);
      const mapping = await client.indices.getMapping({ index });
      const dimensions = Number(mapping[index]?.mappings._meta?.dimensions);
      const orphan = revisionOf(documentId, 1, ['orphan one', 'orphan two'], { dimensions });
      const version = versionOf({ ...orphan, contentHash: sha256('lost') });
      const bulkBody = [...chunkWrites(orphan, version)].map(({ lines }) => lines).join('');
      const path = `/${writeAlias(index)}/_bulk`;
      await client.transport.request({ method: 'POST', path, querystring: { refresh: true }, bulkBody });
      return orphan.chunks.length;
    },
    async loseChunk(ref, documentId, position) {
      await client.delete({ ...(await placeOf(ref, documentId, position)), refresh: true });
    },
    async breakVector(ref, documentId, position) {
      const place = await placeOf(ref, documentId, position);
      const { _source: record } = await client.get<ChunkRecord>(place);
      if (record === undefined) throw new Error(`there is no chunk ${position} of ${documentId}`);
      // What is not in the source is made again of the text.
      const { terms, modelTokens } = chunkOf(documentId, position, record.text, {
        terms: termsOf(record.text),
      });
      const document = { ...record, terms: terms.join(' '), tokens: ['', ...modelTokens] };
      await client.index({ ...place, document, refresh: true });
    },
    async dispose() {
      await store.close();
      const indexes = Object.keys(await client.indices.get({ index: `${prefix}.*` }));
      if (indexes.length > 0) await client.indices.delete({ index: indexes });
      await client.close();
    },
  };
}

/** An entry of a ledger. */
export const billedAnswer: LedgerEntry = {
  at: '2026-03-01T10:00:00.000Z',
  corpus: null,
  runId: null,
  queryId: null,
  purpose: 'answer',
  provider: 'openai',
  model: 'gpt-4o-mini',
  ...{ calls: 1, inputTokens: 10, outputTokens: 1, searches: 0, truncated: 0, cached: 0 },
  usd: 1,
};
