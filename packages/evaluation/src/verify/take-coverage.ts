import {
  type ChunkIndex,
  type DocumentId,
  documentKeyOf,
  type GenerationRef,
  type IndexedVersion,
  type Manifest,
  type ManifestEntry,
  manifestInOrder,
  type StoredChunk,
} from '@winnow/core';
import { alignByKey } from '../gates/align-by-key.ts';
import { type Coverage, createCoverageTally } from '../gates/coverage.ts';
import { createReservoir } from '../random-numbers.ts';

export interface CoveragePorts {
  readonly manifest: Pick<Manifest, 'list'>;
  readonly chunks: Pick<ChunkIndex, 'census' | 'ofDocument'>;
}

/** Documents that are looked up by id. */
const sampledDocuments = 200;
/** Versions read in one go. */
const censusPage = 1_000;

export interface TakenCoverage {
  readonly coverage: Coverage;
  /** A chunk of each sampled document that has one. */
  readonly sample: readonly StoredChunk[];
}

/**
 * Walks through both manifests and the index of the newer generation in one go, and looks up a sample by id.
 * @param random decides on the sample.
 * @param options.isLookedFor as `CoverageRow` has it, of an entry of the live generation.
 */
export async function takeCoverage(
  { manifest, chunks }: CoveragePorts,
  { next, live }: { readonly next: GenerationRef; readonly live: GenerationRef },
  random: () => number,
  {
    signal,
    onDocument,
    isLookedFor,
  }: {
    readonly signal: AbortSignal;
    readonly onDocument: (done: number) => void;
    readonly isLookedFor: (live: ManifestEntry) => boolean;
  },
): Promise<TakenCoverage> {
  const tally = createCoverageTally();
  const sampled = createReservoir<ManifestEntry>(sampledDocuments, random);
  const keyOfEntry = ({ documentId }: ManifestEntry) => documentKeyOf(documentId);
  let done = 0;
  for await (const { lists } of alignByKey([
    { items: manifestInOrder(manifest, next, signal), keyOf: keyOfEntry },
    { items: manifestInOrder(manifest, live, signal), keyOf: keyOfEntry },
    { items: censusInOrder(chunks, next, signal), keyOf: ({ documentKey }: IndexedVersion) => documentKey },
  ])) {
    const [[entry = null], [liveEntry = null], versions] = lists;
    tally.add({
      next: entry,
      live: liveEntry,
      versions,
      isLookedFor: liveEntry !== null && isLookedFor(liveEntry),
    });
    if (entry !== null && entry.liveVersion !== null) sampled.offer(entry);
    done += 1;
    onDocument(done);
  }
  const sample: StoredChunk[] = [];
  for (const { documentId, chunkCount } of sampled.items()) {
    signal.throwIfAborted();
    const found = await chunks.ofDocument(next, documentId);
    tally.lookedUp(documentId, misreadOf(documentId, chunkCount, found));
    const chunk = found[Math.floor(random() * found.length)];
    if (chunk !== undefined) sample.push(chunk);
  }
  return { coverage: tally.result(), sample };
}

/** What is wrong with the chunks of a document; null where they are all there, in order, and its own. */
function misreadOf(
  documentId: DocumentId,
  chunkCount: number,
  found: readonly Pick<StoredChunk, 'documentId' | 'position'>[],
): string | null {
  if (found.length !== chunkCount) return `${found.length} chunks instead of ${chunkCount}`;
  if (found.some((chunk) => chunk.documentId !== documentId)) return 'chunks of another document';
  const isInOrder = found.every(({ position }, at) => position === at);
  return isInOrder ? null : 'chunks with gaps between them';
}

async function* censusInOrder(
  chunks: Pick<ChunkIndex, 'census'>,
  ref: GenerationRef,
  signal: AbortSignal,
): AsyncGenerator<IndexedVersion> {
  for (let after: IndexedVersion | undefined; ; ) {
    const page: readonly IndexedVersion[] = await chunks.census(
      ref,
      { limit: censusPage, ...(after !== undefined && { after }) },
      signal,
    );
    yield* page;
    after = page.at(-1);
    if (page.length < censusPage) return;
  }
}
