import {
  AppError,
  type Corpus,
  type DocumentId,
  type ExportOptions,
  liveRef,
  placeOf,
  type Store,
} from '@winnow/core';
import { listDocuments } from './document-list.ts';
import type { DocumentView, EngineDocuments } from './engine.ts';
import { readLive, streamLive } from './read-live.ts';

export function createEngineDocuments(store: Store): EngineDocuments {
  return {
    async show(name, documentId) {
      return await readLive(store, name, (corpus) => showDocument(store, corpus, documentId));
    },
    async list(name, query) {
      return await readLive(store, name, (corpus) => listDocuments(store, corpus, query));
    },
    async *export(name, options) {
      yield* streamLive(store, name, (corpus) => exportChunks(store, corpus, options));
    },
  };
}

/** @throws AppError `not_found` for a document the manifest does not know. */
async function showDocument(store: Store, corpus: Corpus, id: string): Promise<DocumentView> {
  const ref = liveRef(corpus);
  const documentId = id as DocumentId;
  const entry = (await store.manifest.get(ref, [documentId])).get(documentId);
  if (entry === undefined)
    throw new AppError(
      'not_found',
      `no document ${JSON.stringify(id)} in corpus ${corpus.name}: winnow document list ${corpus.name} shows those there are`,
    );
  const chunks = await store.chunks.ofDocument(ref, documentId);
  const { state, reason, contentHash, revision, liveRevision, sourceId, runId } = entry;
  return {
    documentId,
    state,
    reason,
    title: chunks[0]?.title ?? null,
    contentHash,
    revision,
    liveRevision,
    sourceId,
    runId,
    chunks: chunks.map(({ chunkId, start, end, headings, text, ...rest }) => ({
      chunkId,
      start,
      end,
      ...placeOf(rest),
      headings,
      text,
    })),
  };
}

/** One chunk a line; keys in a fixed order and nothing that depends on when or how it was indexed. */
async function* exportChunks(store: Store, corpus: Corpus, options: ExportOptions): AsyncIterable<string> {
  for await (const chunk of store.chunks.export(liveRef(corpus), options)) {
    const { documentId, position, chunkId, start, end, title, headings, text, tokenCount, vector } = chunk;
    yield JSON.stringify({
      documentId,
      position,
      chunkId,
      start,
      end,
      title,
      headings,
      ...placeOf(chunk),
      metadata: sorted(chunk.metadata),
      tokenCount,
      text,
      ...(vector !== null && { vector: [...vector] }),
    });
  }
}

function sorted(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
}
