import type { Logger, Store } from '@winnow/core';
import { createChunkIndex } from './chunk-index.ts';
import { createContents } from './contents.ts';
import { createCorpora } from './corpora.ts';
import { fileIsThere, makeFolderOf } from './data-path.ts';
import { type Database, openDatabase } from './database.ts';
import { makeShrinkable } from './give-back-space.ts';
import { createManifest } from './manifest.ts';
import { bringForward } from './migrations/bring-forward.ts';
import { currentVersion } from './migrations/file-format.ts';
import { indexFormat } from './migrations/index-format.ts';
import { openForReading } from './open-for-reading.ts';
import { createKeptWithCorpus } from './records/kept-with-corpus.ts';
import { createRuns } from './runs.ts';
import { createTermCounts } from './term-counts.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { createVectorCaches } from './vector-caches.ts';

export interface EmbeddedStoreOptions {
  /** The SQLite file; made, with its folder, if it is not there. SQLite keeps two more beside it while it is open. */
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
 * The store in one SQLite file: text by FTS5, vectors searched exactly in memory. Meant for one writing
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
  return storeOver(database, options.now);
}

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

/** The store over a file that has its tables. */
export function storeOver(database: Database, now: () => Date = () => new Date()): Store {
  const caches = createVectorCaches(database);
  const termCounts = createTermCounts(database);
  return {
    kind: 'embedded',
    corpora: createCorpora({ database, memories: [caches, termCounts], now }),
    ...createKeptWithCorpus(database),
    runs: createRuns(database),
    manifest: createManifest(database, now),
    chunks: createChunkIndex({ database, caches, termCounts, now }),
    contents: createContents(database, now),
    async check(signal) {
      throwIfAborted(signal);
      database.get('SELECT 1 FROM generation LIMIT 1');
    },
    async close() {
      database.close();
    },
  };
}
