import type { ChunkId, GenerationRef, RecallLegs, RecallQuery, RecallResult } from '@winnow/core';
import type { Reading } from './readers/reading.ts';

/**
 * A recall that reads the chunks of no other hits than are looked at: those of all would take as long as finding them, in the
 * reader's thread and on their way from it. A chunk whose document was replaced since it was found is left out.
 */
export async function recallWanted(
  reading: Reading,
  ref: GenerationRef,
  { wanted, ...query }: RecallQuery,
): Promise<RecallResult> {
  const found = await reading.recall(ref, { ...query, withChunks: wanted === undefined });
  if (wanted === undefined) return found;
  const parts = partsOf(found, wanted(found).texts);
  if (parts.length === 0) return found;
  const read = await reading.ofDocuments(ref, parts, query.signal);
  return { ...found, chunks: new Map(read.flat().map((chunk) => [chunk.chunkId, chunk])) };
}

function partsOf({ bm25, dense }: RecallLegs, chunkIds: readonly ChunkId[]) {
  const places = new Map([...bm25, ...dense].map((hit) => [hit.chunkId, hit]));
  return chunkIds.flatMap((chunkId) => {
    const place = places.get(chunkId);
    return place === undefined
      ? []
      : [{ documentId: place.documentId, from: place.position, to: place.position }];
  });
}
