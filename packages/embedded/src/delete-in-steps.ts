import type { SQLInputValue } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from './database.ts';

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
  database: Database,
  { table, key, where, values }: DoomedRows,
  goesOn: () => boolean = () => true,
): Promise<void> {
  const slice = `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${rowsPerTransaction})`;
  while (database.write(() => (goesOn() ? database.run(slice, ...values).changes : 0)) > 0) await nextTurn();
}
