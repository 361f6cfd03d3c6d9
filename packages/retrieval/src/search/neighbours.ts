import type { ChunkId, ChunkIndex, GenerationRef, StoredChunk } from '@winnow/core';

/** A chunk as hits carry it. */
type HitChunk = Omit<StoredChunk, 'tokenCount'>;

/**
 * The live chunks around each of some chunks, itself included, by position.
 *
 * @param options.reach chunks before and after, ≥ 1.
 * @param options.known what came along with the hits.
 * @returns by chunk, at least itself: also where its document was replaced since it was found.
 */
export async function neighboursOf<Chunk extends HitChunk>(
  index: ChunkIndex,
  ref: GenerationRef,
  chunks: readonly Chunk[],
  { reach, known, signal }: NeighbourOptions,
): Promise<Neighbours> {
  const open = chunks.filter(({ chunkId }) => !known.has(chunkId));
  const parts = open.map(({ documentId, position }) => ({
    documentId,
    from: Math.max(0, position - reach),
    to: position + reach,
  }));
  const found = open.length === 0 ? [] : await index.ofDocuments(ref, parts, signal);
  const read = new Map(open.map(({ chunkId }, at) => [chunkId, found[at] ?? []]));
  return new Map(
    chunks.map((chunk) => {
      const { chunkId } = chunk;
      return [chunkId, around(chunk, known.get(chunkId) ?? read.get(chunkId) ?? [])];
    }),
  );
}

/** What stands around hits, each itself included. */
export type Neighbours = ReadonlyMap<ChunkId, readonly [HitChunk, ...HitChunk[]]>;

interface NeighbourOptions {
  readonly reach: number;
  readonly known: ReadonlyMap<ChunkId, readonly StoredChunk[]>;
  readonly signal: AbortSignal;
}

function around(chunk: HitChunk, found: readonly HitChunk[]): readonly [HitChunk, ...HitChunk[]] {
  // Offsets of two versions of a document do not fit together.
  const sameVersion = found.some(({ chunkId }) => chunkId === chunk.chunkId);
  const [first, ...others] = sameVersion ? found : [chunk];
  return [first ?? chunk, ...others];
}
