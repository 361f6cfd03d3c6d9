import type { GenerationRef, RecallQuery, RecallResult } from '@winnow/core';
import type { Reading } from './readers/reading.ts';

/**
 * A recall that reads the chunks of no other hits than are looked at: those of all took a sixth of a hybrid recall over 100,000
 * chunks (docs/benchmarks.md). Where a document was replaced since its chunk was found, everything is found once
 * more, this time with the chunks of all hits, as they stand at one moment: nothing is missing that is there.
 */
export async function recallWanted(
  reading: Reading,
  ref: GenerationRef,
  { wanted, ...query }: RecallQuery,
): Promise<RecallResult> {
  const recall = (withChunks: boolean) => reading.recall(ref, { ...query, withChunks });
  if (wanted === undefined) return await recall(true);
  const found = await recall(false);
  const hits = new Map([...found.bm25, ...found.dense].map((hit) => [hit.chunkId, hit]));
  const looked = wanted(found).texts.flatMap((chunkId) => hits.get(chunkId) ?? []);
  const parts = looked.map(({ documentId, position }) => ({ documentId, from: position, to: position }));
  const read = await reading.ofDocuments(ref, parts, query.signal);
  const chunks = new Map(read.flat().map((chunk) => [chunk.chunkId, chunk]));
  return looked.every(({ chunkId }) => chunks.has(chunkId)) ? { ...found, chunks } : await recall(true);
}
