import type { SQLInputValue } from 'node:sqlite';
import { nextTurn } from '@winnow/core';
import type { Rows, Statements } from './database.ts';
import type { IndexDatabase } from './index-database.ts';

/** Rows deleted in one transaction: the thread is blocked that long. */
const rowsPerTransaction = 500;

/** Which rows of which table; parameters of the condition are given beside it. */
export interface DoomedRows {
  readonly table: string;
  /** Its primary key, of one column. */
  readonly key: string;
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

/**
 * Deletes rows in short transactions, with other work of the process in between. Safe to break off and to repeat.
 * @param goesOn is asked in each transaction; false ends it.
 */
export async function deleteInSteps(
  database: IndexDatabase,
  { table, key, where, values }: DoomedRows,
  goesOn: (rows: Rows) => boolean = () => true,
): Promise<void> {
  const slice = `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${rowsPerTransaction})`;
  const step = (statements: Statements) =>
    goesOn(statements) ? statements.run(slice, ...values).changes : 0;
  while ((await database.write(step)) > 0) await nextTurn();
}
