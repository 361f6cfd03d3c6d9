import {
  type Corpus,
  type CorpusName,
  chunkIdOf,
  type DocumentId,
  type DocumentRevision,
  type Embedder,
  embeddingKeyOf,
  type Metadata,
  noUsage,
  type Reranker,
  type RunId,
  type Store,
  sha256,
  silentLogger,
} from '@winnow/core';
import { searchTerms } from '@winnow/text';
import type { AnswerPorts } from './ports.ts';
import { createRerankBudget } from './rerank-budget.ts';

export interface TestDocument {
  readonly id: string;
  readonly title?: string;
  /** Chunk texts in order; they touch. */
  readonly chunks: readonly string[];
  readonly metadata?: Metadata;
}

/** Puts documents into a store and returns what searching them takes; there is no reranker and no generator. */
export async function fillCorpus(
  store: Store,
  embedder: Embedder,
  documents: readonly TestDocument[],
): Promise<{ readonly corpus: Corpus; readonly ports: AnswerPorts }> {
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
  };
  const ref = { corpus: corpus.name, generation: corpus.generation };
  await store.corpora.create(corpus);
  const accepted = documents.map(({ id }) => ({
    documentId: id as DocumentId,
    contentHash: sha256(id),
    location: { path: id },
    lane: 0,
    reason: null,
  }));
  await store.manifest.accept(ref, 'run' as RunId, accepted);
  const revisions = await Promise.all(documents.map((document) => revisionFrom(document, embedder)));
  await store.chunks.commit(ref, revisions, new AbortController().signal);
  return {
    corpus,
    ports: {
      store,
      embedderOf: async () => embedder,
      rerankerOf: async () => null,
      generatorOf: async () => null,
      rerankBudget: createRerankBudget(),
      clock: performance,
      log: silentLogger,
    },
  };
}

async function revisionFrom(document: TestDocument, embedder: Embedder): Promise<DocumentRevision> {
  const { id, title = '', chunks, metadata = {} } = document;
  const documentId = id as DocumentId;
  const signal = new AbortController().signal;
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
  return { documentId, revision: 1, title, metadata, contentHash: sha256(id), chunks: built, usage: noUsage };
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
    rerank: (_query, passages) => Promise.all(passages.map(({ text }) => score(text))),
    async close() {},
  };
}
