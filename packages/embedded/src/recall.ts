import type {
  ChunkId,
  DocumentId,
  GenerationRef,
  RecallHit,
  RecallQuery,
  RecallResult,
  StoredChunk,
} from '@winnow/core';
import type { AllowedCache } from './allowed-documents.ts';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { prepareTerms } from './recall-by-terms.ts';
import type { PrepareVector } from './recall-by-vector.ts';
import type { RowHit } from './row-hit.ts';
import { type StoredChunkRow, storedChunkColumns, storedChunkOf } from './stored-chunk.ts';
import type { TermMemory } from './terms/term-memory.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import type { VectorCaches } from './vector-caches.ts';

/** What is asked of a reader: the chunks of all hits come along, or none. */
export interface ReadingQuery extends Omit<RecallQuery, 'wanted'> {
  readonly withChunks: boolean;
}

/** What searching needs beside the file. */
export interface RecallContext {
  readonly database: Reads;
  readonly caches: VectorCaches;
  readonly termMemory: TermMemory;
  readonly allowedCache: AllowedCache;
  readonly prepareVector: PrepareVector;
}

/**
 * Both legs. What takes long, reading vectors and postings and comparing vectors, is done before in slices that let other work
 * in between; then everything is put together over one snapshot.
 */
export async function recallChunks(
  context: RecallContext,
  ref: GenerationRef,
  query: ReadingQuery,
): Promise<RecallResult> {
  const { database, caches } = context;
  const { vector, k, filter, terms } = query;
  throwIfAborted(query.signal);
  if (vector !== null) await caches.prepare(ref);
  const byTerms = terms === null ? null : await prepareTerms(context, ref, query, terms);
  throwIfAborted(query.signal);
  const byVector = vector === null ? null : await context.prepareVector({ ref, query: vector, k, filter });
  throwIfAborted(query.signal);
  return database.read(() => {
    const generation = generationOf(database, ref);
    const bm25 = byTerms?.best(generation) ?? [];
    const dense = byVector?.best(generation) ?? [];
    return {
      ...resultOf(database, generation, query, { bm25, dense }),
      termsLeftOut: byTerms?.leftOut ?? 0,
    };
  });
}

/** Of what the legs found, that is live, the best `k` of each; with the chunks themselves where they are asked for. */
function resultOf(
  database: Reads,
  generation: Generation,
  { k, withChunks }: Pick<ReadingQuery, 'k' | 'withChunks'>,
  found: { readonly bm25: readonly RowHit[]; readonly dense: readonly RowHit[] },
): Omit<RecallResult, 'termsLeftOut'> {
  const places = placesOf(database, generation, [...found.bm25, ...found.dense]);
  const bm25 = best(found.bm25, places, k);
  const dense = best(found.dense, places, k);
  const rows = withChunks ? [...new Set([...bm25, ...dense].map(({ chunk }) => chunk))] : [];
  const chunks = chunksOf(database, generation, rows);
  return { bm25: bm25.map(({ hit }) => hit), dense: dense.map(({ hit }) => hit), chunks, around: new Map() };
}

type HitPlace = Omit<RecallHit, 'score'>;

/** Of chunks whose document is live; others are left out. */
function placesOf(
  database: Reads,
  { tables }: Generation,
  hits: readonly RowHit[],
): ReadonlyMap<number, HitPlace> {
  const rows = database.all<{ id: number; chunk_id: string; document_id: string; position: number }>(
    `SELECT chunk.id, chunk.chunk_id, document.document_id, chunk.position
     FROM json_each(?) AS asked JOIN ${tables.chunk} AS chunk ON chunk.id = asked.value
     JOIN ${tables.document} AS document ON document.id = chunk.document AND document.live_revision IS NOT NULL`,
    JSON.stringify([...new Set(hits.map((hit) => hit.chunk))]),
  );
  return new Map(
    rows.map(({ id, chunk_id, document_id, position }) => [
      id,
      { chunkId: chunk_id as ChunkId, documentId: document_id as DocumentId, position },
    ]),
  );
}

/** Best first, ties by chunk id, at most k; with the row ids of the chunks. */
function best(
  hits: readonly RowHit[],
  places: ReadonlyMap<number, HitPlace>,
  k: number,
): readonly { readonly chunk: number; readonly hit: RecallHit }[] {
  return hits
    .flatMap(({ chunk, score }) => {
      const place = places.get(chunk);
      return place === undefined ? [] : [{ chunk, hit: { ...place, score } }];
    })
    .sort(
      ({ hit: left }, { hit: right }) => right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1),
    )
    .slice(0, k);
}

function chunksOf(
  database: Reads,
  { tables }: Generation,
  rows: readonly number[],
): ReadonlyMap<ChunkId, StoredChunk> {
  if (rows.length === 0) return new Map();
  const found = database.all<StoredChunkRow>(
    `SELECT ${storedChunkColumns} FROM json_each(?) AS asked
     JOIN ${tables.chunk} AS chunk ON chunk.id = asked.value JOIN ${tables.document} AS document ON document.id = chunk.document`,
    JSON.stringify(rows),
  );
  return new Map(found.map(storedChunkOf).map((chunk) => [chunk.chunkId, chunk]));
}
