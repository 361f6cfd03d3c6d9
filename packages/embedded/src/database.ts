import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type FileKind, sqliteError } from './sqlite-error.ts';
import { useWriteAheadLog } from './write-ahead-log.ts';

/** It blocks the thread, so it is short. */
const defaultBusyTimeoutMs = 2_000;
/** Statements kept ready. Above this the oldest goes. */
const maxStatements = 256;

/**
 * One connection to one SQLite file. Everything is synchronous: a transaction never waits for anything, so
 * no other work of this process can come between its statements. Every error is an AppError.
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
  /** Runs `work` over one snapshot, whatever other processes write meanwhile. */
  read<Result>(work: () => Result): Result;
  close(): void;
}

export interface DatabaseOptions {
  readonly readOnly: boolean;
  /** How long a call waits for another process' write before it is `unavailable`. */
  readonly busyTimeoutMs?: number;
  /** What the file is, for error messages; `index` by default. */
  readonly kind?: FileKind;
  /** Of a new file: a power of two, 512–65,536. 8,192 by default. */
  readonly pageBytes?: number;
}

/** Five vectors of 384 numbers fit a page of 8 KB; of 4 KB, two, and a quarter of the file would be empty. */
const defaultPageBytes = 8_192;

/** @throws AppError `failed_precondition` if the file cannot be opened or is no database. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const { readOnly, busyTimeoutMs = defaultBusyTimeoutMs, pageBytes = defaultPageBytes } = options;
  const guard = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (thrown) {
      throw sqliteError(thrown, path, options.kind);
    }
  };
  const connection = guard(() => new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs }));
  try {
    guard(() => configure(connection, { readOnly, busyTimeoutMs, pageBytes }));
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
  const transaction = <Result>(begin: string, work: () => Result): Result =>
    guard(() => {
      connection.exec(begin);
      try {
        const result = work();
        connection.exec('COMMIT');
        return result;
      } catch (thrown) {
        // SQLite may have rolled back by itself, as it does when the disk is full.
        if (connection.isTransaction) connection.exec('ROLLBACK');
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
    read: (work) => transaction('BEGIN', work),
    close() {
      statements.clear();
      if (connection.isOpen) guard(() => connection.close());
    },
  };
}

function configure(
  connection: DatabaseSync,
  { readOnly, busyTimeoutMs, pageBytes }: Required<Omit<DatabaseOptions, 'kind'>>,
): void {
  if (readOnly) {
    // Reads the header, so that a file which is no database is refused here.
    connection.exec('PRAGMA schema_version');
    return;
  }
  connection.exec(`PRAGMA page_size = ${pageBytes}`);
  useWriteAheadLog(connection, busyTimeoutMs);
  // FULL: a finished transaction survives a power cut. With NORMAL, accepted documents and deletes could be lost.
  connection.exec('PRAGMA synchronous = FULL');
  connection.exec('PRAGMA journal_size_limit = 67108864');
}
