import { AppError, type DocumentRevision, documentKeyOf, type IndexedChunk } from '@winnow/core';
import type { ChangeSteps } from './change-chunks.ts';
import type { Statements } from './database.ts';
import type { Generation } from './generations.ts';
import { placeColumn } from './stored-chunk.ts';
import { bytesOf } from './stored-vector.ts';
import { versionOf } from './written-version.ts';

/** A chunk that was put in, and is not in the full-text indexes yet. */
export interface AddedChunk extends Pick<IndexedChunk, 'terms' | 'modelTokens'> {
  /** Row id. */
  readonly id: number;
}

/** Puts the chunks of a revision in, and who they belong to. @param document the row id of its document. */
export async function insertChunks(
  { statements, generation, pause }: ChangeSteps,
  document: number,
  { documentId, revision, chunks }: DocumentRevision,
): Promise<readonly AddedChunk[]> {
  if (chunks.length > 0) {
    statements.run(
      `INSERT INTO ${generation.tables.writing} (document, document_key, version, document_id, revision)
       VALUES (?, ?, ?, ?, ?)`,
      document,
      documentKeyOf(documentId),
      versionOf(revision, document),
      documentId,
      revision,
    );
  }
  const added: AddedChunk[] = [];
  for (const chunk of chunks) {
    const id = insertChunk(statements, generation, document, chunk);
    added.push({ id, terms: chunk.terms, modelTokens: chunk.modelTokens });
    await pause();
  }
  return added;
}

/**
 * Puts one chunk in with its vector and token vectors.
 * @returns its row id.
 * @throws AppError `failed_precondition` if the vector's length is not the generation's.
 */
function insertChunk(
  database: Statements,
  { tables, dimensions }: Generation,
  document: number,
  chunk: IndexedChunk,
): number {
  if (chunk.vector.length !== dimensions) {
    throw new AppError(
      'failed_precondition',
      `the index holds vectors of ${dimensions} numbers, not ${chunk.vector.length}: the corpus was made with another embedding model`,
    );
  }
  const { lastRowId } = database.run(
    `INSERT INTO ${tables.chunk}
       (document, chunk_id, position, start_offset, end_offset, headings, text, token_count, embedding_key, place)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    document,
    chunk.chunkId,
    chunk.position,
    chunk.start,
    chunk.end,
    JSON.stringify(chunk.headings),
    chunk.text,
    chunk.tokenCount,
    chunk.embeddingKey,
    placeColumn(chunk),
  );
  database.run(`INSERT INTO ${tables.vector} VALUES (?, ?)`, lastRowId, bytesOf(chunk.vector));
  if (chunk.tokenVectors !== undefined) {
    database.run(`INSERT INTO ${tables.tokenVectors} VALUES (?, ?)`, lastRowId, chunk.tokenVectors);
  }
  return lastRowId;
}

/** Removes all chunks of a document and what hangs on them, but for the full-text indexes. @returns the row ids that are gone. */
export async function deleteChunks(
  { statements, generation: { tables }, pause }: ChangeSteps,
  document: number,
): Promise<readonly number[]> {
  const { run } = statements;
  const rows = statements
    .all<{ id: number }>(`SELECT id FROM ${tables.chunk} WHERE document = ?`, document)
    .map(({ id }) => id);
  for (const id of rows) {
    run(`DELETE FROM ${tables.vector} WHERE chunk = ?`, id);
    run(`DELETE FROM ${tables.tokenVectors} WHERE chunk = ?`, id);
    await pause();
  }
  run(`DELETE FROM ${tables.chunk} WHERE document = ?`, document);
  run(`DELETE FROM ${tables.writing} WHERE document = ?`, document);
  run(`DELETE FROM ${tables.metadata} WHERE document = ?`, document);
  return rows;
}
