import { AppError } from '@winnow/core';
import type { Database } from './database.ts';
import type { FileKind } from './sqlite-error.ts';

export interface TablesOptions {
  readonly readOnly: boolean;
  readonly kind: FileKind;
  /** Of the tables, from 1; kept in the file. */
  readonly version: number;
  /** Statements that make them. */
  readonly tables: string;
}

/**
 * Makes the tables of a new file, or checks that an old one has the version that is wanted.
 * @throws AppError `failed_precondition` for a file of a newer version, one of another program, or an empty
 * one that is opened only for reading.
 */
export function ensureTables(database: Database, options: TablesOptions): void {
  const { kind, version: wanted } = options;
  const versionOf = () => database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  const version = versionOf();
  if (version > wanted) {
    throw new AppError(
      'failed_precondition',
      `the ${kind} ${database.path} was written by a newer version (format ${version}, this one reads up to ${wanted}): update, or use another data folder`,
    );
  }
  if (version === wanted) return;
  if (options.readOnly) {
    throw new AppError(
      'failed_precondition',
      `the ${kind} ${database.path} is empty: ingest something first`,
    );
  }
  database.write(() => {
    // Another process may have been first.
    if (versionOf() === wanted) return;
    if (database.get('SELECT 1 FROM sqlite_schema') !== undefined) {
      throw new AppError(
        'failed_precondition',
        `the file ${database.path} is a database of another program: choose another path`,
      );
    }
    database.execute(options.tables);
    database.execute(`PRAGMA user_version = ${wanted}`);
  });
}
