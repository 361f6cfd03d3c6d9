import { AppError } from '@winnow/core';
import { fileIsThere, isWritable, makeFolderOf } from './data-path.ts';
import { type Database, openDatabase } from './database.ts';
import { bringForward } from './migrations/bring-forward.ts';
import type { FileFormat } from './migrations/file-format.ts';
import { openForReading } from './open-for-reading.ts';

export interface LazyDatabaseOptions {
  readonly path: string;
  readonly format: FileFormat;
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
  const { path, format } = options;
  let written: Database | null = null;
  let read: Database | null = null;
  let closed = false;

  const refuseClosed = () => {
    if (closed) throw new AppError('unavailable', `the ${format.kind} ${path} is closed`, { part: 'index' });
  };
  function made(): Database {
    refuseClosed();
    written ??= open(options);
    return written;
  }

  return {
    ifThere() {
      refuseClosed();
      const opened = written ?? read;
      if (opened !== null) return opened;
      if (!fileIsThere(path, format.kind)) return null;
      if (isWritable(path)) return made();
      read = openForReading(path, format);
      return read;
    },
    made,
    close() {
      closed = true;
      written?.close();
      read?.close();
    },
  };
}

function open({ path, format, pageBytes }: LazyDatabaseOptions): Database {
  makeFolderOf(path, format.kind);
  const database = openDatabase(path, {
    readOnly: false,
    kind: format.kind,
    ...(pageBytes !== undefined && { pageBytes }),
  });
  try {
    // An entry outlives its process at once, and the file a power cut; the last entries before one may be lost.
    // With FULL every call would wait for the disk.
    database.execute('PRAGMA synchronous = NORMAL');
    bringForward(database, format);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
