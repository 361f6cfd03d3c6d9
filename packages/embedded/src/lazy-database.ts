import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@winnow/core';
import { type Database, openDatabase } from './database.ts';
import { ensureTables, type TablesOptions } from './ensure-tables.ts';

export interface LazyDatabaseOptions extends Omit<TablesOptions, 'readOnly'> {
  readonly path: string;
  readonly pageBytes?: number;
}

/** A file of its own that several processes write to, made when something is first written. */
export interface LazyDatabase {
  /** For reading; null while there is no file, so that looking leaves nothing behind. */
  ifThere(): Database | null;
  /** For writing; makes the file and its folder. */
  made(): Database;
  close(): void;
}

/** Does no I/O. Its methods throw AppError `unavailable` once it is closed, and as {@link openDatabase} does. */
export function createLazyDatabase(options: LazyDatabaseOptions): LazyDatabase {
  const { path, kind } = options;
  let opened: Database | null = null;
  let closed = false;

  function made(): Database {
    if (closed) throw new AppError('unavailable', `the ${kind} ${path} is closed`);
    opened ??= open(options);
    return opened;
  }

  return {
    ifThere: () => (opened === null && !closed && !existsSync(path) ? null : made()),
    made,
    close() {
      closed = true;
      opened?.close();
    },
  };
}

function open(options: LazyDatabaseOptions): Database {
  try {
    mkdirSync(dirname(options.path), { recursive: true });
  } catch (thrown) {
    throw AppError.from(thrown);
  }
  const database = openDatabase(options.path, { ...options, readOnly: false });
  try {
    // An entry outlives its process at once, and the file a power cut; the last entries before one may be lost.
    // With FULL every call would wait for the disk.
    database.execute('PRAGMA synchronous = NORMAL');
    ensureTables(database, { ...options, readOnly: false });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
