import type { ChunkId, ChunkIndex, GenerationRef, StoredChunk } from '@winnow/core';
import type { Candidate, RankedHit } from './candidate.ts';

/** Chunks read in one request where more are needed than came along with the hits. */
const pageSize = 50;

/**
 * Ranked hits with their chunks, in order, read as they are asked for. Those whose document was replaced since they were
 * found are passed over.
 *
 * @param known chunks that came along with the hits.
 * @throws AppError what the store throws.
 */
export async function* readCandidates(
  index: ChunkIndex,
  ref: GenerationRef,
  ranked: readonly RankedHit[],
  { known, signal }: { readonly known: ReadonlyMap<ChunkId, StoredChunk>; readonly signal: AbortSignal },
): AsyncGenerator<Candidate> {
  for (let at = 0; at < ranked.length; at += pageSize) {
    const page = ranked.slice(at, at + pageSize);
    let read: ReadonlyMap<ChunkId, StoredChunk> | null = null;
    for (const { chunkId, score, stages } of page) {
      if (!known.has(chunkId)) read ??= await chunksOf(index, ref, page.filter(isUnknown), signal);
      const chunk = known.get(chunkId) ?? read?.get(chunkId);
      if (chunk !== undefined) yield { chunk, score, stages, judgement: null };
    }
  }

  function isUnknown({ chunkId }: RankedHit): boolean {
    return !known.has(chunkId);
  }
}

async function chunksOf(
  index: ChunkIndex,
  ref: GenerationRef,
  hits: readonly RankedHit[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ChunkId, StoredChunk>> {
  const parts = hits.map(({ documentId, position }) => ({ documentId, from: position, to: position }));
  const found = await index.ofDocuments(ref, parts, signal);
  return new Map(found.flat().map((chunk) => [chunk.chunkId, chunk]));
}
