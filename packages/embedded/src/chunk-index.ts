import type { ChunkIndex, EmbeddingKey } from '@winnow/core';
import type { CommitContext } from './change-chunks.ts';
import { commitRevisions } from './commit.ts';
import { chunksOfDocument, exportChunks } from './export.ts';
import { generationOf } from './generations.ts';
import { type RecallContext, recallChunks } from './recall.ts';
import { removeDocuments } from './remove.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { tokenText } from './token-text.ts';
import { vectorOf } from './vector-caches.ts';

/** Chunks as rows, a full-text index beside them, and their vectors in memory once they are searched. */
export function createChunkIndex(context: CommitContext & RecallContext): ChunkIndex {
  const { database, caches } = context;
  return {
    async commit(ref, revisions, signal) {
      return commitRevisions(context, ref, revisions, signal);
    },

    async remove(ref, runId, documentIds, signal) {
      throwIfAborted(signal);
      removeDocuments(context, ref, runId, documentIds);
    },

    async recall(ref, query) {
      throwIfAborted(query.signal);
      if (query.vector !== null) await caches.prepare(ref);
      throwIfAborted(query.signal);
      return database.read(() => {
        const generation = generationOf(database, ref);
        return recallChunks(context, generation, query);
      });
    },

    async ofDocument(ref, documentId, positions) {
      return chunksOfDocument(database, generationOf(database, ref), documentId, positions);
    },

    export(ref, options) {
      return exportChunks(database, ref, options);
    },

    async vectorsByKey(ref, keys) {
      const { tables } = generationOf(database, ref);
      const rows = database.all<{ key: string; vector: Uint8Array }>(
        `SELECT key, vector FROM (
           SELECT value AS key, (SELECT id FROM ${tables.chunk} WHERE embedding_key = value LIMIT 1) AS id FROM json_each(?)
         ) JOIN ${tables.vector} ON chunk = id`,
        JSON.stringify([...new Set(keys)]),
      );
      return new Map(rows.map((row) => [row.key as EmbeddingKey, vectorOf(row.vector)]));
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

    /** A commit is one transaction: there is never a chunk without an owner. */
    async sweep(ref) {
      generationOf(database, ref);
      return 0;
    },
  };
}
