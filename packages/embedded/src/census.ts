import { type CensusQuery, type IndexedVersion, nextTurn } from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';
import { soundVectorOf } from './stored-vector.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { namelessAfter, type Place, type Writing, writingsAfter } from './writings.ts';

/** Chunks whose vectors are looked at before other work of the process gets its turn. */
const chunksPerTurn = 500;

/** A page of what the index holds; a writing without a chunk is nothing that it holds. */
export async function takeCensus(
  database: Reads,
  generation: Generation,
  { after = null, limit }: Omit<CensusQuery, 'after'> & { readonly after?: Place | null },
  signal: AbortSignal,
): Promise<readonly IndexedVersion[]> {
  throwIfAborted(signal);
  const found: IndexedVersion[] = [];
  for (const pageAfter of [writingsAfter, namelessAfter]) {
    for (let last = after; found.length < limit; ) {
      const page = pageAfter(database, generation, last, limit - found.length);
      for (const writing of page) {
        const version = await countChunks(database, generation, writing, signal);
        if (version.chunks > 0) found.push(version);
      }
      last = page.at(-1) ?? null;
      if (last === null) break;
    }
  }
  return found;
}

interface ChunkState {
  readonly position: number;
  readonly vector: Uint8Array | null;
  /** 1 where the chunk stands in the full-text index. */
  readonly by_terms: number;
}

async function countChunks(
  database: Reads,
  generation: Generation,
  { document, documentKey, version, revision }: Writing,
  signal: AbortSignal,
): Promise<IndexedVersion> {
  let chunks = 0;
  let broken = 0;
  for (let after = -1; ; ) {
    const page = chunkStates(database, generation, document, after);
    chunks += page.length;
    broken += page.filter((chunk) => isBroken(chunk, generation.dimensions)).length;
    const last = page.at(-1);
    if (last === undefined) return { documentKey, version, revision, chunks, broken };
    after = last.position;
    await nextTurn();
    throwIfAborted(signal);
  }
}

function isBroken({ vector, by_terms }: ChunkState, dimensions: number): boolean {
  return by_terms === 0 || soundVectorOf(vector, dimensions) === null;
}

function chunkStates(
  database: Reads,
  { tables }: Generation,
  document: number,
  after: number,
): readonly ChunkState[] {
  return database.all<ChunkState>(
    `SELECT chunk.position, vector.vector, sizes.id IS NOT NULL AS by_terms FROM ${tables.chunk} AS chunk
     LEFT JOIN ${tables.vector} AS vector ON vector.chunk = chunk.id
     LEFT JOIN ${tables.termSizes} AS sizes ON sizes.id = chunk.id
     WHERE chunk.document = ? AND chunk.position > ? ORDER BY chunk.position LIMIT ${chunksPerTurn}`,
    document,
    after,
  );
}
