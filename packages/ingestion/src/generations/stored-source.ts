import {
  AppError,
  type Corpus,
  type CorpusSource,
  type DocumentId,
  type DocumentKey,
  documentKeyOf,
  type GenerationRef,
  liveRef,
  type ManifestEntry,
  type RawDocument,
  type Source,
  type Store,
  storedMediaType,
} from '@winnow/core';
import { storedContent } from '../chunking/stored-document.ts';

/** Entries read in one go. */
const pageSize = 500;

/** A source that is read from a generation, as it was split there, and not from where it came from. */
export interface StoredSource extends CorpusSource {
  readonly storedIn: GenerationRef;
}

/** The corpus with its live generation in the place of its sources: nothing of them is looked at. */
export function readFromItself(corpus: Corpus): Corpus {
  const storedIn = liveRef(corpus);
  const sources = corpus.sources.map((source): StoredSource => ({ ...source, prefix: '', storedIn }));
  return { ...corpus, sources };
}

export function isStored(source: CorpusSource): source is StoredSource {
  return 'storedIn' in source;
}

/**
 * Documents of one source as a generation has them. Those that it failed to make are listed too, and fail again: so
 * two generations have the same ones.
 */
export function createStoredSource(
  { manifest, chunks }: Pick<Store, 'manifest' | 'chunks'>,
  { storedIn: ref, sourceId }: StoredSource,
): Source {
  return {
    async *scan({ after, signal }) {
      let behind = after as DocumentKey | null;
      for (;;) {
        signal.throwIfAborted();
        const page = await manifest.list(ref, {
          states: ['pending', 'live', 'failed'],
          sourceId,
          limit: pageSize,
          ...(behind !== null && { after: behind }),
        });
        for (const entry of page) yield itemOf(entry);
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return;
        behind = documentKeyOf(last.documentId);
      }
    },
    async read(documentId, _location, signal): Promise<RawDocument> {
      const [kept] = await chunks.documents(ref, [documentId], signal);
      if (kept === undefined || kept.entry.state !== 'live' || kept.isDamaged) {
        throw new AppError(
          'not_found',
          `generation ${ref.generation} of ${ref.corpus} has no whole text of ${documentId} at its newest version`,
        );
      }
      return {
        documentId,
        content: storedContent(kept),
        mediaType: storedMediaType,
        title: kept.title,
        metadata: kept.metadata,
        contentHash: kept.entry.contentHash,
      };
    },
    async isGone(documentId) {
      const entry = await entryOf(manifest, ref, documentId);
      return entry === undefined || entry.state === 'deleted';
    },
    async check() {
      await manifest.tally(ref);
    },
  };
}

function itemOf({ documentId, location, contentHash, bytes }: ManifestEntry) {
  const cursor = documentKeyOf(documentId);
  return { kind: 'document', documentId, location, contentHash, bytes: bytes ?? 0, cursor } as const;
}

async function entryOf(
  manifest: Store['manifest'],
  ref: GenerationRef,
  documentId: DocumentId,
): Promise<ManifestEntry | undefined> {
  return (await manifest.get(ref, [documentId])).get(documentId);
}
