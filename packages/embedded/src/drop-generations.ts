import { type CorpusName, nextTurn, type PhysicalName } from '@winnow/core';
import type { Statements } from './database.ts';
import { dropTables, tablesOf } from './generation-tables.ts';
import { giveBackSpace } from './give-back-space.ts';
import type { IndexDatabase } from './index-database.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** Rows deleted in one transaction: the thread is blocked that long. */
const rowsPerTransaction = 500;

/** Which generations to give up. */
export type Doomed = { readonly physicalName: PhysicalName } | { readonly corpus: CorpusName };

/**
 * Takes generations out of reach: from now on nobody finds them, and their names are free. Inside a write transaction.
 * @returns their ids.
 */
export function abandonGenerations(database: Statements, doomed: Doomed): readonly number[] {
  const [column, value] =
    'corpus' in doomed ? ['corpus', doomed.corpus] : ['physical_name', doomed.physicalName];
  const rows = database.all<{ id: number }>(
    `UPDATE generation SET physical_name = NULL WHERE ${column} = ? AND physical_name IS NOT NULL RETURNING id`,
    value,
  );
  return rows.map(({ id }) => id);
}

/**
 * Removes what abandoned generations hold, those of a drop that was broken off included, and gives the space back to
 * the disk. In short transactions with other work of the process in between: a file of gigabytes takes its time,
 * and blocks nobody. Safe to break off at any point, and to do twice at once.
 */
export async function removeAbandoned(database: IndexDatabase, signal: AbortSignal | null): Promise<void> {
  const rows = database.all<{ id: number }>('SELECT id FROM generation WHERE physical_name IS NULL');
  for (const { id } of rows) await removeGeneration(database, id, signal);
  if (rows.length > 0) await giveBackSpace(database, signal);
}

async function removeGeneration(
  database: IndexDatabase,
  id: number,
  signal: AbortSignal | null,
): Promise<void> {
  const names = tablesOf(id);
  const large = [
    { table: names.vector, key: 'chunk' },
    { table: names.tokenVectors, key: 'chunk' },
    { table: names.chunk, key: 'id' },
    // Row by row through the index, each would be written down as missing first.
    { table: `${names.terms}_data`, key: 'id' },
    { table: `${names.tokens}_data`, key: 'id' },
  ];
  for (const { table, key } of large) {
    const slice = `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} LIMIT ${rowsPerTransaction})`;
    while ((await ifThere(database, id, ({ run }) => run(slice).changes)) > 0) await pause(signal);
  }
  await pause(signal);
  await ifThere(database, id, ({ execute, run }) => {
    execute(dropTables(id));
    return run('DELETE FROM generation WHERE id = ?', id).changes;
  });
}

/** Runs `work` in a transaction unless somebody else has come to the end first: then it is 0. */
async function ifThere(
  database: IndexDatabase,
  id: number,
  work: (statements: Statements) => number,
): Promise<number> {
  return await database.writeInternals((statements) =>
    statements.get('SELECT 1 FROM generation WHERE id = ?', id) === undefined ? 0 : work(statements),
  );
}

async function pause(signal: AbortSignal | null): Promise<void> {
  await nextTurn();
  if (signal !== null) throwIfAborted(signal);
}
