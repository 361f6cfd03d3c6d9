import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@winnow/core';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const sqliteBusy = 5;
const sqliteLocked = 6;
const sqliteReadOnly = 8;
const sqliteInputOutput = 10;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteCannotOpen = 14;
const sqliteNotADatabase = 26;

/** The smallest file that SQLite puts beside a database has 32 KB. */
const fullBelowBytes = 64 * 1024;

/** What a file holds, as error messages name it. */
export type FileKind = 'index' | 'ledger' | 'embedding cache';

/**
 * Makes an AppError of what `node:sqlite` throws: what went wrong with the file, and what to do. Anything
 * that is not about the file or the disk stays `internal`: a bug. All of it is of the part `index`, whatever the
 * file holds: what a run waits for is the data folder.
 */
export function sqliteError(thrown: unknown, path: string, kind: FileKind = 'index'): AppError {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return AppError.from(thrown);
  if ('code' in thrown && thrown.code === 'ERR_INVALID_STATE') {
    return new AppError('unavailable', `the ${kind} ${path} is closed`, { cause: thrown, part: 'index' });
  }
  const primaryCode = isWriteToView(thrown) ? sqliteReadOnly : primaryCodeOf(thrown);
  const code = primaryCode === sqliteInputOutput && isFull(path) ? sqliteFull : primaryCode;
  const known = explain(code, kind);
  const context = { path, sqlite: primaryCode, ...(code === sqliteFull && { full: true }) };
  const details = { cause: thrown, context, part: 'index' as const };
  return known === null
    ? new AppError('internal', thrown.message, details)
    : new AppError(known.code, `the ${kind} ${path} ${known.sentence}`, details);
}

/** Views stand for tables only where a file of an earlier version is read and not to be written. */
function isWriteToView({ message }: Error): boolean {
  return /^cannot modify \w+ because it is a view$/.test(message);
}

/** SQLite calls it an error of the disk where there is no room for the files beside the database. */
function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < fullBelowBytes;
  } catch {
    return false;
  }
}

/** True where SQLite may not write what it needs to, to read or to write the file. */
export function isUnwritable(error: AppError): boolean {
  const { sqlite } = error.context;
  return sqlite === sqliteReadOnly || sqlite === sqliteCannotOpen;
}

/** True where another process has the lock. */
export function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && primaryCodeOf(thrown) === sqliteBusy;
}

const afterDamage: Readonly<Record<FileKind, string>> = {
  index: 'move it away and ingest again',
  ledger: 'move it away, and a new one is begun',
  'embedding cache': 'move it away, and it fills again',
};

function primaryCodeOf(error: Error): number {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
}

function explain(primaryCode: number, kind: FileKind): { code: AppError['code']; sentence: string } | null {
  switch (primaryCode) {
    case sqliteBusy:
    case sqliteLocked:
      return { code: 'unavailable', sentence: 'is locked by another process: try again when it is done' };
    case sqliteFull:
      return {
        code: 'resource_exhausted',
        sentence: 'cannot grow: the disk is full. Nothing was written by half; free some space and go on',
      };
    case sqliteInputOutput:
      return {
        code: 'unavailable',
        sentence: 'could not be read or written: the disk gave an error. Check the disk and its free space',
      };
    case sqliteReadOnly:
      return {
        code: 'failed_precondition',
        sentence: 'is read-only: allow writing to it and its folder, and open it with access `write`',
      };
    case sqliteCannotOpen:
      return {
        code: 'failed_precondition',
        sentence: 'could not be opened: check that its folder exists and may be written',
      };
    case sqliteCorrupt:
      return {
        code: 'failed_precondition',
        sentence: `is damaged: ${afterDamage[kind]}, or put a copy of it back`,
      };
    case sqliteNotADatabase:
      return {
        code: 'failed_precondition',
        sentence: `is not ${kind === 'ledger' ? 'a' : 'an'} ${kind}: another program wrote this file, or it is damaged. Choose another path`,
      };
    default:
      return null;
  }
}
