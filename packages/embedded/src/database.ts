import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type FileKind, sqliteError } from './sqlite-error.ts';
import { useWriteAheadLog } from './write-ahead-log.ts';

/** It blocks the thread, so it is short. */
const defaultBusyTimeoutMs = 2_000;
/** Statements kept ready. Above this the oldest goes. */
const maxStatements = 256;

/**
 * One connection to one SQLite file. Everything but a transaction in steps is synchronous: a transaction never waits
 * for anything, so no other work of this process can come between its statements. Every error is an AppError.
 */
export interface Database {
  readonly path: string;
  /** Rows have the columns that the statement names; `Row` states them. */
  all<Row>(sql: string, ...values: readonly SQLInputValue[]): readonly Row[];
  get<Row>(sql: string, ...values: readonly SQLInputValue[]): Row | undefined;
  /** @returns rows changed, and the id of the last row put in. */
  run(
    sql: string,
    ...values: readonly SQLInputValue[]
  ): { readonly changes: number; readonly lastRowId: number };
  /** Several statements without values. */
  execute(sql: string): void;
  /** Runs `work` in one transaction: all of its changes stay, or none. */
  write<Result>(work: () => Result): Result;
  /** As {@link write}; `work` may also change the tables that SQLite keeps for its full-text indexes. */
  writeInternals<Result>(work: () => Result): Result;
  /** As {@link write} for work that waits in between: until it is done, all that this connection does is part of it. */
  writeInSteps<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Runs `work` over one snapshot, whatever other processes write meanwhile. */
  read<Result>(work: () => Result): Result;
  close(): void;
}

/** Looking, in a transaction or out of one. */
export type Rows = Pick<Database, 'all' | 'get'>;
/** Looking, over a snapshot where several looks belong together. */
export type Reads = Rows & Pick<Database, 'read'>;
/** What is done inside a transaction. */
export type Statements = Rows & Pick<Database, 'run' | 'execute'>;

export interface DatabaseOptions {
  readonly readOnly: boolean;
  /**
   * Nobody changes the file while it is open, so no lock is taken and nothing is put beside it: the one way to read
   * a file in a folder that may not be written. Only with `readOnly`.
   */
  readonly immutable?: boolean;
  /** How long a call waits for another process' write before it is `unavailable`. */
  readonly busyTimeoutMs?: number;
  /** What the file is, for error messages; `index` by default. */
  readonly kind?: FileKind;
  /** Pages that it keeps in memory, with those that a transaction has changed; 2 MB by default, which is SQLite's own. */
  readonly cacheBytes?: number;
  /** Of a new file: a power of two, 512–65,536. 8,192 by default. */
  readonly pageBytes?: number;
  /** Of a new file: it can give free pages back to the disk, step by step. Takes one number a page. */
  readonly shrinkable?: boolean;
}

/** Five vectors of 384 numbers fit a page of 8 KB; of 4 KB, two, and a quarter of the file would be empty. */
const defaultPageBytes = 8_192;

/** What the write-ahead log may come to before it is worked into the file. */
const logBytes = 8 * 1024 * 1024;

/** @throws AppError `failed_precondition` if the file cannot be opened or is no database. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const { readOnly, busyTimeoutMs = defaultBusyTimeoutMs } = options;
  const guard = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (thrown) {
      throw sqliteError(thrown, path, options.kind);
    }
  };
  const location = options.immutable === true ? immutableLocation(path) : path;
  const connection = guard(() => new DatabaseSync(location, { readOnly, timeout: busyTimeoutMs }));
  try {
    guard(() => configure(connection, options, busyTimeoutMs));
  } catch (error) {
    connection.close();
    throw error;
  }

  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const [oldest] = statements.keys();
    if (statements.size >= maxStatements && oldest !== undefined) statements.delete(oldest);
    const statement = connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const rollBack = () => {
    // SQLite may have rolled back by itself, as it does when the disk is full.
    if (connection.isOpen && connection.isTransaction) connection.exec('ROLLBACK');
  };
  const transaction = <Result>(begin: string, work: () => Result): Result =>
    guard(() => {
      connection.exec(begin);
      try {
        const result = work();
        connection.exec('COMMIT');
        return result;
      } catch (thrown) {
        rollBack();
        throw thrown;
      }
    });

  return {
    path,
    all: <Row>(sql: string, ...values: readonly SQLInputValue[]) =>
      guard(() => prepared(sql).all(...values) as Row[]),
    get: <Row>(sql: string, ...values: readonly SQLInputValue[]) =>
      guard(() => prepared(sql).get(...values) as Row | undefined),
    run: (sql, ...values) =>
      guard(() => {
        const { changes, lastInsertRowid } = prepared(sql).run(...values);
        return { changes: Number(changes), lastRowId: Number(lastInsertRowid) };
      }),
    execute: (sql) => guard(() => connection.exec(sql)),
    write: (work) => transaction('BEGIN IMMEDIATE', work),
    writeInternals: (work) =>
      guard(() => {
        // Node before 24.12 has no such guard to take away.
        connection.enableDefensive?.(false);
        try {
          return transaction('BEGIN IMMEDIATE', work);
        } finally {
          connection.enableDefensive?.(true);
        }
      }),
    async writeInSteps(work) {
      guard(() => connection.exec('BEGIN IMMEDIATE'));
      try {
        const result = await work();
        guard(() => connection.exec('COMMIT'));
        return result;
      } catch (thrown) {
        guard(rollBack);
        throw thrown;
      }
    },
    read: (work) => transaction('BEGIN', work),
    close() {
      statements.clear();
      if (connection.isOpen) guard(() => connection.close());
    },
  };
}

function immutableLocation(path: string): URL {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}

function configure(
  connection: DatabaseSync,
  { readOnly, cacheBytes, pageBytes = defaultPageBytes, shrinkable = false }: DatabaseOptions,
  busyTimeoutMs: number,
): void {
  if (readOnly) {
    // Reads the header, so that a file which is no database is refused here.
    connection.exec('PRAGMA schema_version');
    return;
  }
  // Both count for a file without a page only, and the write-ahead log makes the first.
  connection.exec(`PRAGMA page_size = ${pageBytes}`);
  if (shrinkable) connection.exec('PRAGMA auto_vacuum = INCREMENTAL');
  useWriteAheadLog(connection, busyTimeoutMs);
  if (cacheBytes !== undefined) connection.exec(`PRAGMA cache_size = -${Math.ceil(cacheBytes / 1_024)}`);
  // FULL: a finished transaction survives a power cut. With NORMAL, accepted documents and deletes could be lost.
  connection.exec('PRAGMA synchronous = FULL');
  connection.exec(`PRAGMA journal_size_limit = ${logBytes}`);
  // SQLite counts in pages: of 64 KB, its default is a log of 64 MB beside a file of two.
  const { page_size: size } = connection.prepare('PRAGMA page_size').get() as { readonly page_size: number };
  connection.exec(`PRAGMA wal_autocheckpoint = ${Math.ceil(logBytes / size)}`);
}
