import { type ChunkIndex, createTurns, type EmbeddingKey } from '@winnow/core';
import { takeCensus } from './census.ts';
import type { CommitContext } from './change-chunks.ts';
import { commitRevisions } from './commit.ts';
import { discardVersions } from './discard.ts';
import { chunksOfDocument, exportChunks } from './export.ts';
import { whileThere } from './generations.ts';
import { identifyDocuments } from './identify.ts';
import { keptDocuments } from './kept-documents.ts';
import type { Reading } from './readers/reading.ts';
import { recallWanted } from './recall-wanted.ts';
import { removeDocuments } from './remove.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { tokenVectorsByKey } from './token-vectors-by-key.ts';
import { soundVectorsByKey } from './vectors-by-key.ts';

/** Chunks as rows, and a full-text index beside them; searched by readers, which keep the vectors in memory. */
export function createChunkIndex(context: CommitContext & { readonly reading: Reading }): ChunkIndex {
  const { database, reading } = context;
  return {
    async commit(ref, revisions, signal) {
      return commitRevisions(context, ref, revisions, signal);
    },

    async remove(ref, runId, documents, signal) {
      throwIfAborted(signal);
      return await removeDocuments(context, ref, runId, documents, signal);
    },

    getReady: reading.getReady,

    recall: (ref, query) => recallWanted(reading, ref, query),

    async ofDocument(ref, documentId, positions) {
      return await whileThere(database, ref, (generation) =>
        chunksOfDocument(database, generation, documentId, positions),
      );
    },

    ofDocuments: reading.ofDocuments,

    export(ref, options) {
      return exportChunks(database, ref, options);
    },

    async documents(ref, documentIds, signal) {
      throwIfAborted(signal);
      return await whileThere(database, ref, (generation) =>
        keptDocuments(database, generation, documentIds),
      );
    },

    async vectorsByKey(ref, keys) {
      return await whileThere(database, ref, (generation) =>
        inTurns(keys, (some) => soundVectorsByKey(database, generation, some)),
      );
    },

    async tokenVectorsByKey(ref, keys) {
      return await whileThere(database, ref, (generation) =>
        inTurns(keys, (some) => tokenVectorsByKey(database, generation, some)),
      );
    },

    tokenFrequencies: reading.tokenFrequencies,

    async census(ref, query, signal) {
      return await whileThere(database, ref, (generation) => takeCensus(database, generation, query, signal));
    },

    async identify(ref, keys) {
      return await whileThere(database, ref, (generation) => identifyDocuments(database, generation, keys));
    },

    async discard(ref, versions, signal) {
      return discardVersions(context, ref, versions, signal);
    },

    // The file merges its full-text indexes with each write, and reads all vectors into one memory.
    async compact() {},
  };
}

/** Keys that are looked up without a break: a few milliseconds. */
const keysPerTurn = 32;

/** Looks up some keys at a time, so that a large document does not hold the thread. */
async function inTurns<Value>(
  keys: readonly EmbeddingKey[],
  lookUp: (some: readonly EmbeddingKey[]) => ReadonlyMap<EmbeddingKey, Value>,
): Promise<ReadonlyMap<EmbeddingKey, Value>> {
  const pause = createTurns(undefined);
  const found = new Map<EmbeddingKey, Value>();
  for (let at = 0; at < keys.length; at += keysPerTurn) {
    await pause();
    for (const [key, value] of lookUp(keys.slice(at, at + keysPerTurn))) found.set(key, value);
  }
  return found;
}
