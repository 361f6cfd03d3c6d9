import type { Database } from './database.ts';

/** A file as it was opened, which may stop being what it was taken for. */
export interface OpenedFile {
  readonly database: Database;
  /** True once it has to be opened again; null: never. */
  readonly overtaken: (() => boolean) | null;
}

/** A database that is opened again between two calls where it has to be; never inside a transaction. */
export function createReopeningDatabase(first: OpenedFile, open: () => OpenedFile): Database {
  let opened = first;
  let inTransaction = false;
  let closed = false;

  const current = (): Database => {
    if (inTransaction || closed || opened.overtaken?.() !== true) return opened.database;
    const next = open();
    opened.database.close();
    opened = next;
    return opened.database;
  };
  const transaction = <Result>(begin: () => Result): Result => {
    inTransaction = true;
    try {
      return begin();
    } finally {
      inTransaction = false;
    }
  };

  return {
    path: first.database.path,
    all: (sql, ...values) => current().all(sql, ...values),
    get: (sql, ...values) => current().get(sql, ...values),
    run: (sql, ...values) => current().run(sql, ...values),
    execute: (sql) => current().execute(sql),
    write(work) {
      const database = current();
      return transaction(() => database.write(work));
    },
    writeInternals(work) {
      const database = current();
      return transaction(() => database.writeInternals(work));
    },
    async writeInSteps(work) {
      return await current().writeInSteps(work);
    },
    read(work) {
      const database = current();
      return transaction(() => database.read(work));
    },
    close() {
      closed = true;
      opened.database.close();
    },
  };
}
