import {
  type Corpus,
  type DocumentId,
  type EmbeddingKey,
  type GenerationRef,
  type KeptDocument,
  liveGeneration,
  liveRef,
  type ManifestEntry,
  manifestInOrder,
  placeOf,
  type Store,
  type TokenVectors,
} from '@winnow/core';
import {
  type ArchiveHeader,
  archiveFormat,
  archiveVersion,
  type BodyLine,
  type ChunkLine,
  type DocumentLine,
  unknownHash,
} from './archive-format.ts';
import { canonical } from './canonical.ts';
import { vectorText } from './vector-text.ts';

/** Documents, and chunks unless one document has more, that are in memory at a time. */
const maxDocuments = 200;
const maxChunks = 256;

/** The first line of an archive of a corpus as it is. */
export async function headerLine(
  { manifest }: Pick<Store, 'manifest'>,
  corpus: Corpus,
): Promise<ArchiveHeader> {
  const {
    name,
    language,
    sources,
    removedSources,
    deletionGuard,
    verification,
    keepRetiredHours,
    recording,
    golden,
  } = corpus;
  const { embedder, dimensions, chunking, fingerprints, wholeFingerprint } = liveGeneration(corpus);
  const { searchable, chunks, failed } = await manifest.tally(liveRef(corpus));
  return {
    kind: 'header',
    format: archiveFormat,
    version: archiveVersion,
    corpus: canonical({
      name,
      language,
      sources,
      ...(removedSources.length > 0 && { removedSources }),
      deletionGuard,
      verification,
      keepRetiredHours,
      recording,
      golden,
    }),
    generation: canonical({
      embedder,
      dimensions,
      chunking,
      fingerprints,
      ...(wholeFingerprint !== undefined && { wholeFingerprint }),
    }),
    counts: { searchable, chunks, failed },
  };
}

/**
 * The lines between the first and the last: documents of the live generation in order of document key, each whole at
 * one moment, then golden queries. Nothing in them tells when they were written, or what came before.
 */
export async function* bodyLines(
  store: Pick<Store, 'manifest' | 'chunks' | 'golden'>,
  corpus: Corpus,
  signal: AbortSignal,
): AsyncGenerator<BodyLine> {
  const ref = liveRef(corpus);
  for await (const documentIds of groupsOf(manifestInOrder(store.manifest, ref, signal))) {
    yield* documentLines(store, ref, documentIds, signal);
  }
  if (corpus.golden === null) return;
  for await (const { queryId, text, judgements } of store.golden.list(corpus.corpusId, corpus.golden.setId)) {
    signal.throwIfAborted();
    yield { kind: 'golden', queryId, text, judgements: canonical(judgements) };
  }
}

/** Neighbours that are read together; a document that is gone has nothing to be kept. */
async function* groupsOf(entries: AsyncIterable<ManifestEntry>): AsyncGenerator<readonly DocumentId[]> {
  let group: DocumentId[] = [];
  let chunks = 0;
  for await (const { documentId, state, chunkCount } of entries) {
    if (state === 'deleted') continue;
    if (group.length === maxDocuments || (group.length > 0 && chunks + chunkCount > maxChunks)) {
      yield group;
      group = [];
      chunks = 0;
    }
    group.push(documentId);
    chunks += chunkCount;
  }
  if (group.length > 0) yield group;
}

async function* documentLines(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  documentIds: readonly DocumentId[],
  signal: AbortSignal,
): AsyncGenerator<BodyLine> {
  const documents = await chunks.documents(ref, documentIds, signal);
  const keys = documents.flatMap((document) => document.chunks.map(({ embeddingKey }) => embeddingKey));
  const tokenVectors = await chunks.tokenVectorsByKey(ref, keys);
  for (const document of documents) {
    const { documentId, state } = document.entry;
    if (state === 'deleted') continue;
    const why = omissionOf(document);
    if (why !== null) {
      yield { kind: 'omitted', documentId, why };
      continue;
    }
    yield documentLine(document);
    yield* chunkLines(document, tokenVectors);
  }
}

function omissionOf({ entry, isDamaged }: KeptDocument): 'damaged' | 'unfinished' | null {
  if (isDamaged) return 'damaged';
  return entry.state === 'pending' && entry.liveRevision === null ? 'unfinished' : null;
}

function documentLine({ entry, title, metadata, chunks }: KeptDocument): DocumentLine {
  const { documentId, sourceId, state, liveRevision, contentHash, bytes, location, making, reason } = entry;
  return {
    kind: 'document',
    documentId,
    sourceId,
    // The manifest knows the newest version's, which is not what can be searched while that is under way.
    contentHash: state === 'pending' || contentHash === unknownHash ? null : contentHash,
    bytes,
    location: canonical(location),
    live:
      liveRevision === null
        ? null
        : { title, metadata: canonical(metadata), making: making ?? '', chunks: chunks.length },
    failed:
      reason === null ? null : { code: reason.code, message: reason.message, dismissed: entry.dismissed },
  };
}

function* chunkLines(
  { chunks }: KeptDocument,
  tokenVectors: ReadonlyMap<EmbeddingKey, TokenVectors>,
): Generator<ChunkLine> {
  for (const chunk of chunks) {
    const { chunkId, position, start, end, headings, text, tokenCount, embeddingKey, vector } = chunk;
    // A document that lacks one is damaged, and is left out.
    if (vector === null) continue;
    const ofTokens = tokenVectors.get(embeddingKey);
    yield {
      kind: 'chunk',
      chunkId,
      position,
      start,
      end,
      headings,
      text,
      tokenCount,
      embeddingKey,
      vector: vectorText(vector),
      ...placeOf(chunk),
      ...(ofTokens !== undefined && { tokenVectors: Buffer.from(ofTokens).toString('base64') }),
    };
  }
}
