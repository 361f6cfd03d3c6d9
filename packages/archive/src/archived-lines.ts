import {
  type ContentEntry,
  type Corpus,
  type CorpusSource,
  type DocumentId,
  type DocumentKey,
  documentKeyOf,
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
  type PushedLine,
  unknownHash,
} from './archive-format.ts';
import { canonical } from './canonical.ts';
import { vectorText } from './vector-text.ts';

/** Documents, and chunks unless one document has more, that are in memory at a time. */
const maxDocuments = 200;
const maxChunks = 256;
/** What is known of pushed documents, read in one go. */
const maxPushed = 1_000;

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
      sources: sources.map(withoutPlace),
      ...(removedSources.length > 0 && { removedSources: removedSources.map(withoutPlace) }),
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

/** A place is of one store only, and no two corpora share one: it tells nobody else anything. */
function withoutPlace<Source extends Pick<CorpusSource, 'settings'>>(source: Source): Source {
  const { settings } = source;
  return settings.kind === 'push' ? { ...source, settings: { ...settings, place: '' } } : source;
}

/**
 * The lines between the first and the last: documents of the live generation in order of document key, each whole at
 * one moment, then what is known of those that were pushed, then golden queries. Nothing in them tells when they were written, or what came before.
 */
export async function* bodyLines(
  store: Pick<Store, 'manifest' | 'chunks' | 'contents' | 'golden'>,
  corpus: Corpus,
  signal: AbortSignal,
): AsyncGenerator<BodyLine> {
  const ref = liveRef(corpus);
  for await (const documentIds of groupsOf(manifestInOrder(store.manifest, ref, signal))) {
    yield* documentLines(store, ref, documentIds, signal);
  }
  for (const source of [...corpus.sources, ...corpus.removedSources]) {
    yield* pushedLines(store, source, signal);
  }
  if (corpus.golden === null) return;
  for await (const { queryId, text, judgements } of store.golden.list(corpus.corpusId, corpus.golden.setId)) {
    signal.throwIfAborted();
    yield { kind: 'golden', queryId, text, judgements: canonical(judgements) };
  }
}

/** Of a removed source too: adding it again takes up what was pushed. */
async function* pushedLines(
  { contents }: Pick<Store, 'contents'>,
  { sourceId, settings }: Pick<CorpusSource, 'sourceId' | 'settings'>,
  signal: AbortSignal,
): AsyncGenerator<PushedLine> {
  if (settings.kind !== 'push') return;
  let after: DocumentKey | null = null;
  do {
    signal.throwIfAborted();
    const page: readonly ContentEntry[] = await contents.list(settings.place, { after, limit: maxPushed });
    for (const { documentId, version, isDeleted, contentHash } of page) {
      yield { kind: 'pushed', sourceId, documentId, version, contentHash: isDeleted ? null : contentHash };
    }
    const last = page.length < maxPushed ? undefined : page.at(-1);
    after = last === undefined ? null : documentKeyOf(last.documentId);
  } while (after !== null);
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
