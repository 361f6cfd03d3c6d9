import { AppError, type Corpus, type DocumentId, type DocumentState, type Store } from '@winnow/core';
import { liveGeneration } from './corpora.ts';
import type { DocumentLine, DocumentView } from './engine.ts';

/** @throws AppError `not_found` for a document the manifest does not know. */
export async function showDocument(store: Store, corpus: Corpus, id: string): Promise<DocumentView> {
  const ref = liveGeneration(corpus);
  const documentId = id as DocumentId;
  const entry = (await store.manifest.get(ref, [documentId])).get(documentId);
  if (entry === undefined)
    throw new AppError('not_found', `no document ${JSON.stringify(id)} in corpus ${corpus.name}`);
  const chunks = await store.chunks.ofDocument(ref, documentId);
  return {
    documentId,
    state: entry.state,
    reason: entry.reason,
    title: chunks[0]?.title ?? null,
    contentHash: entry.contentHash,
    revision: entry.revision,
    liveRevision: entry.liveRevision,
    runId: entry.runId,
    chunks: chunks.map(({ chunkId, start, end, headings, text }) => ({
      chunkId,
      start,
      end,
      headings,
      text,
    })),
  };
}

export async function listDocuments(
  store: Store,
  corpus: Corpus,
  query: { readonly state?: DocumentState; readonly limit: number },
): Promise<readonly DocumentLine[]> {
  const entries = await store.manifest.list(liveGeneration(corpus), {
    limit: query.limit,
    ...(query.state && { states: [query.state] }),
  });
  return entries.map(({ documentId, state, reason, chunkCount, updatedAt }) => ({
    documentId,
    state,
    reason,
    chunks: chunkCount,
    updatedAt,
  }));
}

/** One chunk a line; keys in a fixed order and nothing that depends on when or how it was indexed. */
export async function* exportChunks(
  store: Store,
  corpus: Corpus,
  options: { readonly vectors: boolean; readonly signal: AbortSignal },
): AsyncIterable<string> {
  for await (const chunk of store.chunks.export(liveGeneration(corpus), options)) {
    const { documentId, position, chunkId, start, end, title, headings, text, tokenCount, vector } = chunk;
    yield JSON.stringify({
      documentId,
      position,
      chunkId,
      start,
      end,
      title,
      headings,
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
