import type { ChunkIndex } from '@winnow/core';
import { takeCensus } from './census.ts';
import type { CommitContext } from './change-chunks.ts';
import { commitRevisions } from './commit.ts';
import { discardVersions } from './discard.ts';
import { chunksOfDocument, exportChunks } from './export.ts';
import { generationOf } from './generations.ts';
import { identifyDocuments } from './identify.ts';
import { keptDocuments } from './kept-documents.ts';
import { type RecallContext, recallChunks } from './recall.ts';
import { removeDocuments } from './remove.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { tokenText } from './token-text.ts';
import { tokenVectorsByKey } from './token-vectors-by-key.ts';
import { soundVectorsByKey } from './vectors-by-key.ts';

/** Chunks as rows, a full-text index beside them, and their vectors in memory once they are searched. */
export function createChunkIndex(context: CommitContext & RecallContext): ChunkIndex {
  const { database } = context;
  return {
    async commit(ref, revisions, signal) {
      return commitRevisions(context, ref, revisions, signal);
    },

    async remove(ref, runId, documents, signal) {
      throwIfAborted(signal);
      return removeDocuments(context, ref, runId, documents);
    },

    async recall(ref, query) {
      return recallChunks(context, ref, query);
    },

    async ofDocument(ref, documentId, positions) {
      return chunksOfDocument(database, generationOf(database, ref), documentId, positions);
    },

    export(ref, options) {
      return exportChunks(database, ref, options);
    },

    async documents(ref, documentIds, signal) {
      throwIfAborted(signal);
      return keptDocuments(database, generationOf(database, ref), documentIds);
    },

    async vectorsByKey(ref, keys) {
      return soundVectorsByKey(database, generationOf(database, ref), keys);
    },

    async tokenVectorsByKey(ref, keys) {
      return tokenVectorsByKey(database, generationOf(database, ref), keys);
    },

    async tokenFrequencies(ref, tokens) {
      return database.read(() => {
        const { tables } = generationOf(database, ref);
        const total = database.get<{ chunks: number }>(
          `SELECT coalesce(sum(chunks), 0) AS chunks FROM ${tables.tally}`,
        );
        const counts = tokens.map(
          (token) =>
            database.get<{ doc: number }>(
              `SELECT doc FROM ${tables.tokenCounts} WHERE term = ?`,
              tokenText(token),
            )?.doc ?? 0,
        );
        return { chunks: total?.chunks ?? 0, counts };
      });
    },

    async census(ref, query, signal) {
      return takeCensus(database, generationOf(database, ref), query, signal);
    },

    async identify(ref, keys) {
      return identifyDocuments(database, generationOf(database, ref), keys);
    },

    async discard(ref, versions, signal) {
      return discardVersions(context, ref, versions, signal);
    },
  };
}
