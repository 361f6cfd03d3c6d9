import type { ChunkIndex } from '@winnow/core';
import { takeCensus } from './census.ts';
import type { CommitContext } from './change-chunks.ts';
import { commitRevisions } from './commit.ts';
import { discardVersions } from './discard.ts';
import { chunksOfDocument, exportChunks } from './export.ts';
import { generationOf } from './generations.ts';
import { identifyDocuments } from './identify.ts';
import { keptDocuments } from './kept-documents.ts';
import type { Reading } from './readers/reading.ts';
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

    recall: reading.recall,

    async ofDocument(ref, documentId, positions) {
      return chunksOfDocument(database, generationOf(database, ref), documentId, positions);
    },

    ofDocuments: reading.ofDocuments,

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

    tokenFrequencies: reading.tokenFrequencies,

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
