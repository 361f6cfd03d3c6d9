import { statSync } from 'node:fs';
import { AppError } from '@winnow/core';
import { fileIsThere } from './data-path.ts';
import { type Database, openDatabase } from './database.ts';
import { readableVersion, versionOf } from './migrations/bring-forward.ts';
import { currentVersion, type FileFormat } from './migrations/file-format.ts';
import { createReopeningDatabase, type OpenedFile } from './reopening-database.ts';
import { isUnwritable } from './sqlite-error.ts';

/**
 * Opens a file for reading alone. One of an earlier version is read as it is, and one in a folder that may not be
 * written, or on a full disk, as if nobody wrote to it; when somebody does, or brings it forward, it is opened again.
 *
 * @throws AppError `not_found` if there is none; `failed_precondition` if it may not be read, is of a newer version,
 * or cannot be read without writing (its last changes are still in a log beside it).
 */
export function openForReading(path: string, format: FileFormat): Database {
  if (!fileIsThere(path, format.kind)) {
    throw new AppError('not_found', `there is no ${format.kind} at ${path}: ingest something first`);
  }
  const first = openOnce(path, format);
  return first.overtaken === null
    ? first.database
    : createReopeningDatabase(first, () => openOnce(path, format));
}

function openOnce(path: string, format: FileFormat): OpenedFile {
  const { database, changed } = openReadable(path, format);
  try {
    const version = readableVersion(database, format);
    if (version === currentVersion(format)) return { database, overtaken: changed };
    format.readEarlier?.(database, version);
    return { database, overtaken: () => changed?.() === true || versionOf(database) !== version };
  } catch (error) {
    database.close();
    throw error;
  }
}

interface ReadableFile {
  readonly database: Database;
  /** Tells whether the file was written since; null where SQLite takes care of that. */
  readonly changed: (() => boolean) | null;
}

function openReadable(path: string, format: FileFormat): ReadableFile {
  const options = { readOnly: true, kind: format.kind };
  try {
    return { database: openDatabase(path, options), changed: null };
  } catch (thrown) {
    const error = AppError.from(thrown);
    // SQLite puts a file beside the index to read it, and could not.
    if (!isUnwritable(error) && error.code !== 'resource_exhausted') throw error;
    if (logBytes(path) > 0) {
      throw new AppError(
        'failed_precondition',
        `the ${format.kind} ${path} has changes beside it, in ${path}-wal, that can only be read where something can be written beside it: free some space, or open it once as its owner`,
        { cause: error, context: { path }, part: 'index' },
      );
    }
    const stamp = stampOf(path);
    const changed = () => logBytes(path) > 0 || stampOf(path) !== stamp;
    return { database: openDatabase(path, { ...options, immutable: true }), changed };
  }
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
