import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppError,
  type Corpus,
  chunkIdOf,
  type DocumentId,
  type DocumentRevision,
  type Embedder,
  embeddingKeyOf,
  type Generation,
  type GenerationRef,
  generationRef,
  liveGeneration,
  noCost,
  noUsage,
  type Store,
  sha256,
  silentLogger,
} from '@winnow/core';
import { createElasticsearchStore } from '@winnow/elasticsearch';
import { openEmbeddedStore } from '@winnow/embedded';
import { createRerankBudget, type SearchPorts } from '@winnow/retrieval';
import {
  corpusOf,
  createHashingEmbedder,
  elasticsearchUrl,
  generationOf,
  newRevisionOf,
  runIdOf,
  testMaking,
  uniquePrefix,
} from '@winnow/testkit';
import { searchTerms } from '@winnow/text';
import type { VerifyGenerationPorts } from './verify-generation.ts';

/** Models without files: `fine` tells words apart, `coarse` takes most of them for the same. */
type TestModel = 'fine' | 'coarse';
const dimensionsOf: Readonly<Record<TestModel, number>> = { fine: 256, coarse: 8 };

/** Text of a document by its id. */
type Documents = ReadonlyMap<string, string>;

/** A corpus whose generation 1 is live and 2 is ready, each with a model of its own. */
export interface TestGenerations {
  readonly store: Store;
  readonly ports: VerifyGenerationPorts;
  /** As it is kept now. */
  corpus(): Promise<Corpus>;
  refOf(number: number): Promise<GenerationRef>;
  /** Makes a document of a generation fail, as one that cannot be read. */
  fail(number: number, id: string): Promise<void>;
  /** Deletes a document from a generation. */
  remove(number: number, id: string): Promise<void>;
  /** Called before each query of the ready generation is embedded. */
  onQuery: () => Promise<void>;
  close(): Promise<void>;
}

export type OpenedStore = { readonly store: Store; close(): Promise<void> };

export async function openEmbedded(): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-verify-'));
  const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  return {
    store,
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function openElasticsearch(): Promise<OpenedStore> {
  const store = createElasticsearchStore({
    url: elasticsearchUrl(),
    prefix: uniquePrefix(),
    requestTimeoutMs: 60_000,
    shards: 1,
    log: silentLogger,
  });
  return {
    store,
    async close() {
      for (const { name } of await store.corpora.list()) await store.corpora.delete(name);
      await store.close();
    },
  };
}

const signal = new AbortController().signal;
const testRun = runIdOf('run');

export interface TestGenerationsOptions {
  readonly live: TestModel;
  readonly next: TestModel;
  readonly documents: Documents;
  /** What the ready generation holds, where that is something else. */
  readonly nextDocuments?: Documents;
}

export async function openTestGenerations(
  { store, close }: OpenedStore,
  { live, next, documents, nextDocuments = documents }: TestGenerationsOptions,
): Promise<TestGenerations> {
  const made = corpusOf('verified', dimensionsOf[live]);
  const generation = (number: number, model: TestModel): Generation => ({
    ...generationOf(made.name, made.corpusId, number, dimensionsOf[model]),
    embedder: model,
  });
  const corpus: Corpus = {
    ...made,
    generations: [generation(1, live), { ...generation(2, next), state: 'ready' }],
    buildingGeneration: 2,
    lastGeneration: 2,
  };
  await store.corpora.create(corpus);
  const embedders = {
    fine: createHashingEmbedder({ dimensions: dimensionsOf.fine }),
    coarse: createHashingEmbedder({ dimensions: dimensionsOf.coarse }),
  };
  const modelOf = (name: string) => embedders[name === 'fine' ? 'fine' : 'coarse'];
  for (const [each, texts] of [
    [corpus.generations[0], documents],
    [corpus.generations[1], nextDocuments],
  ] as const) {
    if (each === undefined) continue;
    const ref = generationRef(corpus, each);
    await store.corpora.prepareGeneration(corpus, each);
    await store.manifest.admit(ref, testRun);
    await write(store, ref, modelOf(each.embedder), texts);
  }
  const now = async () => {
    const kept = await store.corpora.get(corpus.name);
    if (kept === null) throw new AppError('not_found', 'the corpus is gone');
    return kept;
  };
  const refOf = async (number: number) => {
    const kept = await now();
    const found = kept.generations.find((each) => each.number === number);
    return generationRef(kept, found ?? liveGeneration(kept));
  };
  const revisionOf = async (ref: GenerationRef, id: string) =>
    (await store.manifest.get(ref, [id as DocumentId])).get(id as DocumentId)?.revision ?? 0;
  const opened: TestGenerations = {
    store,
    ports: {
      store,
      queries: searchPorts(store, async (seen) => {
        if (seen.liveGeneration === 2) await opened.onQuery();
        return modelOf(liveGeneration(seen).embedder);
      }),
      now: () => new Date(),
      log: silentLogger,
    },
    corpus: now,
    refOf,
    async remove(number, id) {
      const ref = await refOf(number);
      const document = { documentId: id as DocumentId, revision: await revisionOf(ref, id) };
      await store.chunks.remove(ref, testRun, [document], signal);
    },
    async fail(number, id) {
      await opened.remove(number, id);
      const ref = await refOf(number);
      const over = await revisionOf(ref, id);
      const reason = { code: 'malformed', message: 'cut in the middle' } as const;
      await store.manifest.accept(ref, testRun, [newRevisionOf(id, { over, reason })]);
    },
    onQuery: async () => {},
    close,
  };
  return opened;
}

function searchPorts(store: Store, embedderOf: (corpus: Corpus) => Promise<Embedder>): SearchPorts {
  return {
    store,
    openBill: (to) => ({ to, add() {}, total: () => noCost, settled: async () => {} }),
    embedderOf,
    rerankerOf: async () => null,
    rerankPlanOf: () => ({ deadlineMs: 3_000, depth: 'latency', standIns: [] }),
    rerankBudget: createRerankBudget(),
    clock: performance,
    log: silentLogger,
  };
}

async function write(
  store: Store,
  ref: GenerationRef,
  embedder: Embedder,
  documents: Documents,
): Promise<void> {
  const revisions = [...documents.keys()].map((id) => newRevisionOf(id));
  await store.manifest.accept(ref, testRun, revisions);
  const written = await Promise.all([...documents].map(([id, text]) => revisionFrom(id, text, embedder)));
  await store.chunks.commit(ref, written, signal);
}

async function revisionFrom(id: string, text: string, embedder: Embedder): Promise<DocumentRevision> {
  const documentId = id as DocumentId;
  const { vectors } = await embedder.embed([text], { purpose: 'document', signal });
  return {
    documentId,
    revision: 1,
    title: `About ${id}`,
    metadata: {},
    contentHash: sha256(text),
    making: testMaking,
    chunks: [
      {
        chunkId: chunkIdOf(documentId, 0, text),
        position: 0,
        start: 0,
        end: text.length,
        headings: [text.split(' ').slice(0, 3).join(' ')],
        text,
        tokenCount: text.length,
        terms: searchTerms(text),
        modelTokens: [],
        embeddingKey: embeddingKeyOf(embedder.fingerprint, text),
        vector: vectors[0] ?? new Float32Array(embedder.dimensions),
      },
    ],
    usage: noUsage,
  };
}
