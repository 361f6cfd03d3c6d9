import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Corpus,
  chunkIdOf,
  type DocumentId,
  type DocumentRevision,
  type Embedder,
  embeddingKeyOf,
  liveRef,
  type Metadata,
  noModelUsage,
  noUsage,
  type Reranker,
  type Store,
  sha256,
  silentLogger,
} from '@winnow/core';
import { createElasticsearchStore } from '@winnow/elasticsearch';
import { openEmbeddedStore } from '@winnow/embedded';
import {
  corpusOf,
  createHashingEmbedder,
  elasticsearchUrl,
  newRevisionOf,
  runIdOf,
  testMaking,
  tokenVectorsOf,
  uniquePrefix,
} from '@winnow/testkit';
import { searchTerms } from '@winnow/text';
import type { AnswerPorts } from './ports.ts';
import { createRerankBudget } from './rerank/rerank-budget.ts';
import { billedEmbedder, openTestBill } from './test-bill.ts';

export interface TestDocument {
  readonly id: string;
  readonly title?: string;
  /** Chunk texts in order; they touch. */
  readonly chunks: readonly string[];
  readonly metadata?: Metadata;
}

/** A corpus in a store of its own, and what searching it takes; there is no reranker and no generator. */
export interface TestCorpus {
  readonly corpus: Corpus;
  readonly ports: AnswerPorts;
  /** Puts documents in, or newer versions of them. */
  write(documents: readonly TestDocument[]): Promise<void>;
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

const signal = new AbortController().signal;
const testRun = runIdOf('run');

/** For what has to come to the same in both stores. */
export const bothStores: readonly Store['kind'][] = ['embedded', 'elasticsearch'];

/** Opens a corpus of these documents, in a file unless told otherwise, with an embedder that needs no model. */
export async function openTestCorpus(
  documents: readonly TestDocument[],
  changes: Partial<Corpus> = {},
  kind: Store['kind'] = 'embedded',
  url = elasticsearchUrl(),
): Promise<TestCorpus> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-retrieval-'));
  const store = await openStore(kind, folder, url);
  const embedder = createHashingEmbedder({ dimensions: 256 });
  const made = corpusOf('retrieval', embedder.dimensions);
  const corpus: Corpus = {
    ...made,
    generations: made.generations.map((generation) => ({ ...generation, embedder: embedder.modelId })),
    ...changes,
  };
  await store.corpora.create(corpus);
  const opened: TestCorpus = {
    corpus,
    ports: portsOver(store, embedder),
    write: (written) => writeDocuments(store, corpus, embedder, written),
    async remove(id) {
      const documentId = id as DocumentId;
      const revision = await revisionOf(store, corpus, documentId);
      await store.chunks.remove(liveRef(corpus), testRun, [{ documentId, revision }], signal);
    },
    async close() {
      await store.corpora.delete(corpus.name);
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  await store.manifest.admit(liveRef(corpus), testRun);
  await opened.write(documents);
  return opened;
}

async function openStore(kind: Store['kind'], folder: string, url: string): Promise<Store> {
  const log = silentLogger;
  if (kind === 'embedded') return await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log });
  return createElasticsearchStore({
    url,
    prefix: uniquePrefix(),
    requestTimeoutMs: 60_000,
    log,
  });
}

function portsOver(store: Store, embedder: Embedder): AnswerPorts {
  return {
    store,
    openBill: openTestBill,
    embedderOf: async (_corpus, bill) => billedEmbedder(embedder, bill),
    sentenceEmbedderOf: async (_corpus, bill) => billedEmbedder(embedder, bill, 'answer'),
    rerankerOf: async () => null,
    rerankPlanOf: () => ({ deadlineMs: 3_000, depth: 'latency', standIns: [] }),
    chatModelOf: async () => null,
    answerCache: null,
    rerankBudget: createRerankBudget(),
    clock: performance,
    log: silentLogger,
  };
}

async function writeDocuments(
  store: Store,
  corpus: Corpus,
  embedder: Embedder,
  documents: readonly TestDocument[],
): Promise<void> {
  const ref = liveRef(corpus);
  const ids = documents.map(({ id }) => id as DocumentId);
  const before = await store.manifest.get(ref, ids);
  const accepted = documents.map((document) =>
    newRevisionOf(document.id, {
      over: before.get(document.id as DocumentId)?.revision ?? 0,
      contentHash: sha256(JSON.stringify(document)),
    }),
  );
  await store.manifest.accept(ref, testRun, accepted);
  const entries = await store.manifest.get(ref, ids);
  const revisions = await Promise.all(
    documents.map((document) =>
      revisionFrom(document, entries.get(document.id as DocumentId)?.revision ?? 1, embedder),
    ),
  );
  await store.chunks.commit(ref, revisions, signal);
}

async function revisionFrom(
  document: TestDocument,
  revision: number,
  embedder: Embedder,
): Promise<DocumentRevision> {
  const { id, title = '', chunks, metadata = {} } = document;
  const documentId = id as DocumentId;
  // A model is not called for a document without text.
  const { vectors } =
    chunks.length === 0 ? { vectors: [] } : await embedder.embed(chunks, { purpose: 'document', signal });
  let end = 0;
  const built = chunks.map((text, position) => {
    const start = end;
    end += text.length;
    return {
      chunkId: chunkIdOf(documentId, position, text),
      position,
      start,
      end,
      headings: [],
      text,
      tokenCount: text.length,
      terms: searchTerms(`${title}\n${text}`),
      modelTokens: [],
      embeddingKey: embeddingKeyOf(embedder.fingerprint, text),
      vector: vectors[position] ?? new Float32Array(embedder.dimensions),
      tokenVectors: tokenVectorsOf(text),
    };
  });
  return {
    documentId,
    revision,
    title,
    metadata,
    contentHash: sha256(id),
    making: testMaking,
    chunks: built,
    usage: noUsage,
  };
}

async function revisionOf(store: Store, corpus: Corpus, documentId: DocumentId): Promise<number> {
  return (await store.manifest.get(liveRef(corpus), [documentId])).get(documentId)?.revision ?? 0;
}

/** A reranker whose scores are given by a function of the passage. */
export function rerankerOf(
  scale: Reranker['scale'],
  score: (text: string) => number | Promise<number>,
  depth = 20,
): Reranker {
  return {
    modelId: 'test-reranker',
    scale,
    depth,
    async rerank(_query, passages) {
      const scores = await Promise.all(passages.map(({ text }) => score(text)));
      return { scores, judgements: null, usage: { ...noModelUsage, calls: 1 }, notes: [] };
    },
    async close() {},
  };
}
