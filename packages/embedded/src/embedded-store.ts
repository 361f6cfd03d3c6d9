import { availableParallelism } from 'node:os';
import type { Logger, Store } from '@winnow/core';
import { createChunkIndex } from './chunk-index.ts';
import { createContents } from './contents.ts';
import { createCorpora } from './corpora.ts';
import { fileIsThere, inMemory, makeFolderOf } from './data-path.ts';
import { type Database, openDatabase } from './database.ts';
import { makeShrinkable } from './give-back-space.ts';
import { createIndexDatabase } from './index-database.ts';
import { createManifest } from './manifest.ts';
import { bringForward } from './migrations/bring-forward.ts';
import { currentVersion } from './migrations/file-format.ts';
import { indexFormat } from './migrations/index-format.ts';
import { openForReading } from './open-for-reading.ts';
import { createReaderPool } from './readers/reader-pool.ts';
import { createReading, type Reading } from './readers/reading.ts';
import { createKeptWithCorpus } from './records/kept-with-corpus.ts';
import { createRuns } from './runs.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

export interface EmbeddedStoreOptions {
  /**
   * The SQLite file; made, with its folder, if it is not there. SQLite keeps two more beside it while it is open. `:memory:` is
   * one without a file, which must not be searched while something is committed.
   */
  readonly path: string;
  /**
   * Opens what another process may be writing, or what may not be written at all; every change is refused. A file of
   * an earlier version is read as it is.
   */
  readonly readOnly?: boolean;
  readonly log: Logger;
  readonly now?: () => Date;
}

/**
 * The store in one SQLite file: text by FTS5, vectors by comparing every one of them, both in reader
 * threads. Meant for one writing
 * process (see `acquireDataLock`) and any number of reading ones. Opened for writing, a file of an earlier version is
 * brought forward first.
 *
 * @throws AppError `not_found` if there is nothing to read, and nothing else: a file or folder that cannot be looked
 * into, is damaged, of a newer version, or no index, is `failed_precondition`.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { path, readOnly = false, log } = options;
  const database = readOnly ? openForReading(path, indexFormat) : openForWriting(path, log);
  log.debug({ event: 'index-opened', path, readOnly, format: currentVersion(indexFormat) });
  const isAlone = readOnly || path === inMemory;
  const openBeside = () => (isAlone ? database : openDatabase(path, { readOnly: false, cacheBytes }));
  return storeOver(database, openBeside, options.now, readersOf(path, database, log));
}

/**
 * Of the connection that writes: documents come in another order than the one in which they were listed, so that each
 * changes pages all over the file, and of thousands of documents they are the same ones again and again.
 */
const cacheBytes = 32 * 1024 * 1024;

function openForWriting(path: string, log: Logger): Database {
  makeFolderOf(path, 'index');
  fileIsThere(path, 'index');
  const database = openDatabase(path, { readOnly: false, shrinkable: true });
  try {
    const found = bringForward(database, indexFormat);
    const to = currentVersion(indexFormat);
    if (found > 0 && found < to) log.info({ event: 'index-brought-forward', path, from: found, to });
    if (!makeShrinkable(database)) log.debug({ event: 'index-keeps-its-size', path });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** More threads than cores take turns, and each keeps vectors in memory, unless they are many. */
const maxThreads = 4;
/** Vectors in memory, of all threads together. */
const maxVectorBytes = 1024 ** 3;

/** What is in memory has no file that a second connection could open: it is searched where it is. */
function readersOf(path: string, database: Database, log: Logger): Reading {
  if (path === inMemory) return createReading(database, maxVectorBytes);
  const threads = Math.min(maxThreads, availableParallelism());
  return createReaderPool({ path, threads, maxVectorBytes, log });
}

/**
 * The store over a file that has its tables.
 * @param openBeside see {@link createIndexDatabase}.
 * @param reading closed with the store, before the file.
 */
export function storeOver(
  file: Database,
  openBeside: () => Database,
  now: () => Date = () => new Date(),
  reading: Reading = createReading(file, maxVectorBytes),
): Store {
  const database = createIndexDatabase(file, openBeside);
  return {
    kind: 'embedded',
    corpora: createCorpora({ database, memories: [reading], now }),
    ...createKeptWithCorpus(database),
    runs: createRuns(database),
    manifest: createManifest(database, now),
    chunks: createChunkIndex({ database, reading, now }),
    contents: createContents(database, now),
    async check(signal) {
      throwIfAborted(signal);
      database.get('SELECT 1 FROM generation LIMIT 1');
    },
    async close() {
      await reading.close();
      await database.close();
    },
  };
}
