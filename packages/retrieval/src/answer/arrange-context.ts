import { placeOf, type StoredChunk } from '@winnow/core';
import type { ContextSource } from './answer-event.ts';

/** What a context is made of. */
type ContextChunk = Omit<StoredChunk, 'tokenCount' | 'metadata'>;

/** A hit with the chunks around it, itself included or not. */
export interface HitWithNeighbours {
  readonly hit: ContextChunk;
  readonly neighbours: readonly ContextChunk[];
}

/**
 * Chooses and orders what an answer is made of. Hits come before neighbours when room is short, neighbours of
 * better hits before others. Chunks of one document stand together in their own order, the document with the
 * best hit first; what a chunk repeats of the one before it is cut off.
 *
 * @param hits best first.
 * @param limit chunks at most, ≥ 1.
 */
export function arrangeContext(hits: readonly HitWithNeighbours[], limit: number): readonly ContextSource[] {
  const inOrderOfWorth = [...hits.map(({ hit }) => hit), ...hits.flatMap(nearestFirst)];
  const distinct = [...new Map(inOrderOfWorth.map((chunk) => [chunk.chunkId, chunk])).values()];
  const chosen = distinct.slice(0, limit).map((chunk, index) => ({ ...chunk, rank: index + 1 }));
  return Map.groupBy(chosen, ({ documentId }) => documentId)
    .values()
    .flatMap(withoutRepetition)
    .map(({ documentId, chunkId, position, rank, title, headings, text, start, end, ...rest }, index) => ({
      n: index + 1,
      documentId,
      chunkId,
      position,
      rank,
      title,
      headings,
      text,
      start,
      end,
      ...placeOf(rest),
    }))
    .toArray();
}

function nearestFirst({ hit, neighbours }: HitWithNeighbours): readonly ContextChunk[] {
  const distance = ({ position }: ContextChunk) => Math.abs(position - hit.position);
  return [...neighbours].sort((left, right) => distance(left) - distance(right));
}

function withoutRepetition<Chunk extends ContextChunk>(chunks: readonly Chunk[]): readonly Chunk[] {
  const kept: Chunk[] = [];
  for (const chunk of [...chunks].sort((left, right) => left.position - right.position)) {
    const covered = Math.max(chunk.start, kept.at(-1)?.end ?? 0);
    const text = chunk.text.slice(covered - chunk.start);
    if (text.trim() !== '') kept.push({ ...chunk, text, start: covered });
  }
  return kept;
}
