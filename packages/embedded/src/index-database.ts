import { AppError } from '@winnow/core';
import type { Database, Reads, Statements } from './database.ts';

/**
 * The index file as all parts of a store use it. What is read is what was committed last. Transactions of the process
 * come one after the other, so that a long one can be taken in steps without a lock that blocks the thread.
 */
export interface IndexDatabase extends Reads {
  /** Runs `work` in one transaction, once those before it have ended: all of its changes stay, or none. */
  write<Result>(work: (statements: Statements) => Result): Promise<Result>;
  /** As {@link write}; `work` may also change the tables that SQLite keeps for its full-text indexes. */
  writeInternals<Result>(work: (statements: Statements) => Result): Promise<Result>;
  /**
   * As {@link write} for work that takes long: it may wait in between, and nobody sees any of it before it is done.
   * @param committed is called before any other transaction begins.
   */
  writeInSteps<Result>(
    work: (statements: Statements) => Promise<Result>,
    committed: (result: Result) => void,
  ): Promise<Result>;
  /** Once what is being written is written. What comes after it is `unavailable`. */
  close(): Promise<void>;
}

/**
 * @param database reads.
 * @param openBeside one more connection to the same file, through which everything is written: others must not read
 * what is not committed, and a connection forgets the pages that it has in memory as soon as another one writes. An
 * index in memory has one connection only; there, reads see what is not committed yet.
 */
export function createIndexDatabase(database: Database, openBeside: () => Database): IndexDatabase {
  let beside: Database | null = null;
  const writing = (): Database => {
    beside ??= openBeside();
    return beside;
  };
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;

  const inTurn = <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const written = <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    if (closing === null) return inTurn(work);
    throw new AppError('unavailable', `the index ${database.path} is closed`, { part: 'index' });
  };

  return {
    all: database.all,
    get: database.get,
    read: database.read,
    write: async (work) =>
      await written(() => {
        const connection = writing();
        return connection.write(() => work(connection));
      }),
    writeInternals: async (work) =>
      await written(() => {
        const connection = writing();
        return connection.writeInternals(() => work(connection));
      }),
    writeInSteps: async (work, committed) =>
      await written(async () => {
        const connection = writing();
        const result = await connection.writeInSteps(() => work(connection));
        committed(result);
        return result;
      }),
    close() {
      closing ??= inTurn(() => {
        if (beside !== database) beside?.close();
        database.close();
      });
      return closing;
    },
  };
}
