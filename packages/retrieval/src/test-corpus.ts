import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Corpus,
  type CorpusName,
  chunkIdOf,
  type DocumentId,
  type DocumentRevision,
  type Embedder,
  embeddingKeyOf,
  type Metadata,
  noModelUsage,
  noUsage,
  type Reranker,
  type RunId,
  type Store,
  sha256,
  silentLogger,
} from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { createHashingEmbedder } from '@winnow/testkit';
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

/** Opens a corpus of these documents in a file, with an embedder that needs no model. */
export async function openTestCorpus(
  documents: readonly TestDocument[],
  changes: Partial<Corpus> = {},
): Promise<TestCorpus> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-retrieval-'));
  const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  const embedder = createHashingEmbedder({ dimensions: 256 });
  const corpus: Corpus = {
    name: 'retrieval' as CorpusName,
    settings: {
      source: { kind: 'folder', path: '/corpus', include: ['**/*'], exclude: [] },
      language: 'auto',
      embedder: embedder.modelId,
      chunking: { targetTokens: 128, overlapRatio: 0.1 },
    },
    generation: 1,
    fingerprint: 'test',
    dimensions: embedder.dimensions,
    createdAt: '2026-01-02T03:04:05.000Z',
    ...changes,
  };
  await store.corpora.create(corpus);
  const opened: TestCorpus = {
    corpus,
    ports: portsOver(store, embedder),
    write: (written) => writeDocuments(store, corpus, embedder, written),
    remove: (id) => store.chunks.remove(refOf(corpus), 'run' as RunId, [id as DocumentId], signal),
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  await opened.write(documents);
  return opened;
}

function portsOver(store: Store, embedder: Embedder): AnswerPorts {
  return {
    store,
    openBill: openTestBill,
    embedderOf: async (_corpus, bill) => billedEmbedder(embedder, bill),
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
  const accepted = documents.map((document) => ({
    documentId: document.id as DocumentId,
    contentHash: sha256(JSON.stringify(document)),
    location: { path: document.id },
    lane: 0,
    reason: null,
  }));
  await store.manifest.accept(refOf(corpus), 'run' as RunId, accepted);
  const ids = accepted.map(({ documentId }) => documentId);
  const entries = await store.manifest.get(refOf(corpus), ids);
  const revisions = await Promise.all(
    documents.map((document) =>
      revisionFrom(document, entries.get(document.id as DocumentId)?.revision ?? 1, embedder),
    ),
  );
  await store.chunks.commit(refOf(corpus), revisions, signal);
}

async function revisionFrom(
  document: TestDocument,
  revision: number,
  embedder: Embedder,
): Promise<DocumentRevision> {
  const { id, title = '', chunks, metadata = {} } = document;
  const documentId = id as DocumentId;
  const { vectors } = await embedder.embed(chunks, { purpose: 'document', signal });
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
    };
  });
  return { documentId, revision, title, metadata, contentHash: sha256(id), chunks: built, usage: noUsage };
}

function refOf({ name, generation }: Corpus) {
  return { corpus: name, generation };
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
