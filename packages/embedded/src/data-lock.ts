import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '@winnow/core';
import { makeFolder } from './data-path.ts';
import { isBusy } from './sqlite-error.ts';

const lockName = 'winnow.lock';
const holderName = 'winnow.lock.json';

/** A connection that nobody refers to is closed by the garbage collector, and its lock would end unnoticed. */
const held = new Set<DatabaseSync>();

export interface DataLockOptions {
  /** What the process does, as its user would say it: `winnow serve`. */
  readonly purpose: string;
  /** Where the process can be asked instead, if it listens. */
  readonly address?: string;
}

export interface DataLock {
  /** Tells others where this process listens, once that is known. */
  announce(address: string): void;
  /** Safe to call twice. */
  release(): void;
}

/**
 * Makes this the one process that writes in a data folder; reading needs no lock. The lock is the operating
 * system's, held on a file through an open SQLite transaction: it ends with the process however that ends,
 * so there is nothing stale to judge by pid or age. Who holds it stands in a second file, for the message.
 *
 * @throws AppError `failed_precondition` of part `index` if another process, or this one, holds it, with its pid,
 * purpose and address in the context; or if the folder cannot be written.
 */
export function acquireDataLock(dataDir: string, options: DataLockOptions): DataLock {
  const holderPath = join(dataDir, holderName);
  const connection = openLockFile(dataDir);
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    connection.close();
    throw isBusy(thrown) ? heldError(dataDir, readHolder(holderPath)) : unwritableError(dataDir, thrown);
  }

  held.add(connection);

  const describe = (address: string | undefined) => {
    // Renamed into place, so that nobody reads half of it.
    writeFileSync(
      `${holderPath}.new`,
      JSON.stringify({ pid: process.pid, purpose: options.purpose, address }),
    );
    renameSync(`${holderPath}.new`, holderPath);
  };
  const release = () => {
    if (!connection.isOpen) return;
    rmSync(holderPath, { force: true });
    connection.close();
    held.delete(connection);
  };
  try {
    describe(options.address);
  } catch (thrown) {
    release();
    throw unwritableError(dataDir, thrown);
  }
  return { announce: describe, release };
}

/**
 * Where the process that holds a data folder can be asked, if there is one that listens.
 * @returns null also where that process has ended and left its description behind: whoever listens at the address now
 * may be somebody else.
 */
export function serviceOf(dataDir: string): string | null {
  const address = readHolder(join(dataDir, holderName))?.address;
  if (address === undefined) return null;
  try {
    acquireDataLock(dataDir, { purpose: 'a look at who is there' }).release();
    return null;
  } catch (thrown) {
    // As it is now: the one before may have gone, and another come.
    const { address: held } = AppError.from(thrown).context;
    return typeof held === 'string' ? held : null;
  }
}

interface Holder {
  readonly pid: number;
  readonly purpose: string;
  readonly address?: string;
}

function openLockFile(dataDir: string): DatabaseSync {
  try {
    makeFolder(dataDir);
    return new DatabaseSync(join(dataDir, lockName), { timeout: 0 });
  } catch (thrown) {
    throw unwritableError(dataDir, thrown);
  }
}

function unwritableError(dataDir: string, thrown: unknown): AppError {
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(
    'failed_precondition',
    `data folder ${dataDir} cannot be written (${detail}): choose another with --data-dir or WINNOW_DATA_DIR`,
    {
      cause: thrown,
      part: 'index',
    },
  );
}

/** @returns null if it cannot be told: the holder is just taking or giving up the lock. */
function readHolder(path: string): Holder | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(holder) ? holder : null;
  } catch {
    return null;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'purpose' in value &&
    typeof value.purpose === 'string' &&
    (!('address' in value) || typeof value.address === 'string')
  );
}

function heldError(dataDir: string, holder: Holder | null): AppError {
  const address = holder?.address === undefined ? '' : ` at ${holder.address}`;
  const who = holder === null ? 'another process' : `process ${holder.pid} (${holder.purpose}${address})`;
  const instead = address === '' ? 'wait for it or stop it first' : 'use its API or stop it first';
  return new AppError('failed_precondition', `data folder ${dataDir} is in use by ${who}: ${instead}`, {
    context: {
      dataDir,
      pid: holder?.pid ?? null,
      purpose: holder?.purpose ?? null,
      address: holder?.address ?? null,
    },
    part: 'index',
  });
}
