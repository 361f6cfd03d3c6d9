import type { ChunkIndex } from '@winnow/core';
import { createExactSearch, type VectorProbe } from '../gates/nearest.ts';
import { isSound, type VectorFigures } from '../gates/vectors.ts';
import type { Contestant } from './contestant.ts';

/** Neighbours that count. */
const neighbours = 10;

/**
 * Asks the index for the nearest of each query, then reads every vector once and computes what is nearest exactly.
 * Memory does not grow with the corpus.
 */
export async function probeVectors(
  chunks: Pick<ChunkIndex, 'recall' | 'export'>,
  { ref, dimensions, embed }: Contestant,
  queries: readonly string[],
  { signal, onVector }: { readonly signal: AbortSignal; readonly onVector: (done: number) => void },
): Promise<VectorFigures> {
  const probes: VectorProbe[] = [];
  for (const query of queries) {
    const vector = await embed(query, signal);
    const { dense } = await chunks.recall(ref, { terms: null, vector, k: neighbours, filter: null, signal });
    probes.push({ vector, found: dense.map(({ chunkId }) => chunkId) });
  }
  const exact = createExactSearch(probes, neighbours);
  let read = 0;
  let broken = 0;
  for await (const { chunkId, vector } of chunks.export(ref, { vectors: true, signal })) {
    read += 1;
    if (isSound(vector, dimensions)) exact.add(chunkId, vector);
    else broken += 1;
    onVector(read);
  }
  return { read, broken, recalls: read === 0 ? [] : exact.recalls() };
}
