import type { MessagePort } from 'node:worker_threads';
import type { DocumentPart, GenerationRef, RecallResult, StoredChunk, TokenFrequencies } from '@winnow/core';
import { createAllowedCache } from '../allowed-documents.ts';
import type { Reads } from '../database.ts';
import { partsOfDocuments } from '../export.ts';
import { whileThere } from '../generations.ts';
import { type ReadingQuery, recallChunks } from '../recall.ts';
import { createPrepareVector } from '../recall-by-vector.ts';
import type { ScanHelper } from '../shared-rows.ts';
import { createTermMemory } from '../terms/term-memory.ts';
import { tokenFrequencies } from '../token-frequencies.ts';
import { createVectorCaches, type HeldVectors, type VectorChange } from '../vector-caches.ts';
import { borrowOver, lendOver } from './vector-loan.ts';

/** What one thread keeps in memory of full-text indexes. */
const maxTermBytes = 64 * 1024 ** 2;

/** What queries ask of an index: everything that may take more than a moment. */
export interface Reading {
  /** Begins to read what every recall needs; a failure is told by the recall. */
  getReady(ref: GenerationRef): void;
  recall(ref: GenerationRef, query: ReadingQuery): Promise<RecallResult>;
  tokenFrequencies(ref: GenerationRef, tokens: readonly string[]): Promise<TokenFrequencies>;
  ofDocuments(
    ref: GenerationRef,
    parts: readonly DocumentPart[],
    signal: AbortSignal,
  ): Promise<readonly (readonly StoredChunk[])[]>;
  /** Told of each change of this process' own, right after the transaction that made it. */
  follow(change: VectorChange): void;
  /** Forgets what is kept in memory of a generation. */
  drop(generationId: number): void;
  /** Ends what is under way as `canceled`. The file itself is left as it is. */
  close(): Promise<void>;
}

/** Reading in a thread that has the vectors. */
export interface LocalReading extends Reading {
  /** Sends what is kept in memory of a generation's vectors to another thread. */
  lendVectors(ref: GenerationRef, port: MessagePort): Promise<void>;
  /** Takes what another thread sends of them; a recall waits for it. */
  borrowVectors(ref: GenerationRef, port: MessagePort): void;
  /** What is kept in memory of a generation's vectors; null: nothing. */
  heldVectors(ref: GenerationRef): HeldVectors | null;
}

/**
 * Reads in this thread, over a connection of its owner.
 * @param maxVectorBytes generations that were not searched for longest leave memory above this.
 * @param helper of the searches by vector; null: there is none.
 */
export function createReading(
  database: Reads,
  maxVectorBytes: number,
  helper: ScanHelper | null = null,
): LocalReading {
  const caches = createVectorCaches(database, maxVectorBytes, helper);
  const termMemory = createTermMemory(database, maxTermBytes);
  const allowedCache = createAllowedCache(database);
  const prepareVector = createPrepareVector({ database, caches, allowedCache });
  const context = { database, caches, termMemory, allowedCache, prepareVector };
  return {
    getReady(ref) {
      caches.prepare(ref).catch(() => {});
    },
    recall: (ref, query) => whileThere(database, ref, () => recallChunks(context, ref, query)),
    tokenFrequencies: (ref, tokens) =>
      whileThere(database, ref, () => tokenFrequencies(database, ref, tokens)),
    ofDocuments: (ref, parts) => whileThere(database, ref, () => partsOfDocuments(database, ref, parts)),
    lendVectors: (ref, port) => lendOver(port, (send) => caches.lend(ref, send)),
    borrowVectors: (ref, port) => caches.borrow(ref, (take) => borrowOver(port, take)),
    heldVectors: (ref) => caches.held(ref),
    follow(change) {
      caches.follow(change);
      termMemory.follow(change);
    },
    drop(generationId) {
      caches.drop(generationId);
      termMemory.drop(generationId);
      allowedCache.drop(generationId);
    },
    async close() {},
  };
}
