import { AppError } from '@winnow/core';
import type { Database } from '../database.ts';
import { currentVersion, type FileFormat } from './file-format.ts';

/**
 * Makes the tables of a new file, or takes an earlier one through the steps that it lacks. Each step is a
 * transaction: a file is of one version or of the next, wherever the process ends.
 *
 * @returns the version that the file had; 0 for a new one.
 * @throws AppError `failed_precondition` for a file of a newer version or of another program;
 * `resource_exhausted` where the disk has no room for a step, and the file stays as it was.
 */
export function bringForward(database: Database, format: FileFormat): number {
  const found = versionOf(database);
  refuseNewer(database, format, found);
  for (let version = found; version < currentVersion(format); version++) {
    database.write(() => {
      // Another process may have been first.
      if (versionOf(database) !== version) return;
      if (version === 0) refuseForeign(database);
      format.steps[version]?.(database);
      database.execute(`PRAGMA user_version = ${version + 1}`);
    });
  }
  return found;
}

/**
 * @returns the version of a file that is only read.
 * @throws AppError `failed_precondition` for a file of a newer version, of another program, or without tables.
 */
export function readableVersion(database: Database, format: FileFormat): number {
  const version = versionOf(database);
  refuseNewer(database, format, version);
  if (version > 0) return version;
  refuseForeign(database);
  throw new AppError(
    'failed_precondition',
    `the ${format.kind} ${database.path} is empty: ingest something first`,
  );
}

export function versionOf(database: Database): number {
  return database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

function refuseNewer(database: Database, format: FileFormat, version: number): void {
  const known = currentVersion(format);
  if (version <= known) return;
  throw new AppError(
    'failed_precondition',
    `the ${format.kind} ${database.path} was written by a newer version (format ${version}, this one reads up to ${known}): update, or use another data folder`,
  );
}

function refuseForeign(database: Database): void {
  if (database.get('SELECT 1 FROM sqlite_schema') === undefined) return;
  throw new AppError(
    'failed_precondition',
    `the file ${database.path} is a database of another program: choose another path`,
  );
}
