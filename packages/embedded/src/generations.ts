import { AppError, type CorpusName, type GenerationRef } from '@winnow/core';
import type { Database } from './database.ts';
import { createTables, dropTables, type GenerationTables, tablesOf } from './generation-tables.ts';

/** A generation as it stands in the file. */
export interface Generation {
  readonly id: number;
  readonly dimensions: number;
  /** Grows with each change of the chunks; equal numbers mean equal chunks. */
  readonly changes: number;
  readonly tables: GenerationTables;
}

/** Inside a write transaction. */
export function createGeneration(database: Database, ref: GenerationRef, dimensions: number): void {
  const { lastRowId } = database.run(
    'INSERT INTO generation (corpus, number, dimensions) VALUES (?, ?, ?)',
    ref.corpus,
    ref.generation,
    dimensions,
  );
  database.execute(createTables(lastRowId));
}

/** Inside a write transaction. @returns the ids of what was dropped. */
export function dropGenerations(database: Database, corpus: CorpusName): readonly number[] {
  const rows = database.all<{ id: number }>('SELECT id FROM generation WHERE corpus = ?', corpus);
  for (const { id } of rows) database.execute(dropTables(id));
  database.run('DELETE FROM generation WHERE corpus = ?', corpus);
  return rows.map(({ id }) => id);
}

/** @throws AppError `not_found`. */
export function generationOf(database: Database, ref: GenerationRef): Generation {
  const row = database.get<{ id: number; dimensions: number; changes: number }>(
    'SELECT id, dimensions, changes FROM generation WHERE corpus = ? AND number = ?',
    ref.corpus,
    ref.generation,
  );
  if (row === undefined) {
    throw new AppError('not_found', `corpus ${ref.corpus} has no generation ${ref.generation}`);
  }
  return { ...row, tables: tablesOf(row.id) };
}

/** Notes that the chunks have changed, inside the transaction that changes them. */
export function countChange(database: Database, generation: Generation): void {
  database.run('UPDATE generation SET changes = changes + 1 WHERE id = ?', generation.id);
}
