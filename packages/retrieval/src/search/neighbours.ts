import type { ChunkIndex, GenerationRef, StoredChunk } from '@winnow/core';

/** A chunk as hits carry it. */
type HitChunk = Omit<StoredChunk, 'tokenCount'>;

/**
 * The live chunks around each of some chunks, itself included, by position.
 *
 * @param options.reach chunks before and after, ≥ 1.
 * @returns for each chunk at least itself: also where its document was replaced since it was found.
 */
export async function neighboursOf<Chunk extends HitChunk>(
  index: ChunkIndex,
  ref: GenerationRef,
  chunks: readonly Chunk[],
  { reach, signal }: { readonly reach: number; readonly signal: AbortSignal },
): Promise<readonly (readonly [HitChunk, ...HitChunk[]])[]> {
  const parts = chunks.map(({ documentId, position }) => ({
    documentId,
    from: Math.max(0, position - reach),
    to: position + reach,
  }));
  const found = chunks.length === 0 ? [] : await index.ofDocuments(ref, parts, signal);
  return chunks.map((chunk, at) => around(chunk, found[at] ?? []));
}

function around(chunk: HitChunk, found: readonly HitChunk[]): readonly [HitChunk, ...HitChunk[]] {
  // Offsets of two versions of a document do not fit together.
  const sameVersion = found.some(({ chunkId }) => chunkId === chunk.chunkId);
  const [first, ...others] = sameVersion ? found : [chunk];
  return [first ?? chunk, ...others];
}
