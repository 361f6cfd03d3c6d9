import type { ChunkIndex, GenerationRef, StoredChunk } from '@winnow/core';

/** A chunk as hits carry it. */
type HitChunk = Omit<StoredChunk, 'tokenCount'>;

/**
 * The live chunks around a chunk, itself included, by position.
 *
 * @param reach chunks before and after, ≥ 1.
 * @returns at least the chunk itself: also where its document was replaced since it was found.
 */
export async function neighboursOf(
  chunks: ChunkIndex,
  ref: GenerationRef,
  chunk: HitChunk,
  reach: number,
): Promise<readonly [HitChunk, ...HitChunk[]]> {
  const found = await chunks.ofDocument(ref, chunk.documentId, {
    from: Math.max(0, chunk.position - reach),
    to: chunk.position + reach,
  });
  // Offsets of two versions of a document do not fit together.
  const sameVersion = found.some(({ chunkId }) => chunkId === chunk.chunkId);
  const [first, ...others] = sameVersion ? found : [chunk];
  return [first ?? chunk, ...others];
}
