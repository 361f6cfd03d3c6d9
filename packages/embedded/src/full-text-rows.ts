import type { AddedChunk } from './chunk-rows.ts';
import type { Statements } from './database.ts';
import type { GenerationTables } from './generation-tables.ts';
import { tokenText } from './token-text.ts';

/** Has a chunk found by its terms, and counted by its model tokens. */
export function indexChunk(
  { run }: Statements,
  tables: GenerationTables,
  { id, terms, modelTokens }: AddedChunk,
): void {
  run(`INSERT INTO ${tables.terms} (rowid, terms) VALUES (?, ?)`, id, terms.join(' '));
  run(`INSERT INTO ${tables.tokens} (rowid, tokens) VALUES (?, ?)`, id, modelTokens.map(tokenText).join(' '));
}

/** Takes a chunk out of the full-text indexes. @param id its row id. */
export function unindexChunk({ run }: Statements, tables: GenerationTables, id: number): void {
  run(`DELETE FROM ${tables.terms} WHERE rowid = ?`, id);
  run(`DELETE FROM ${tables.tokens} WHERE rowid = ?`, id);
}
