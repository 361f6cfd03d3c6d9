import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, type Logger, type Store } from '@winnow/core';
import { createChunkIndex } from './chunk-index.ts';
import { createCorpora } from './corpora.ts';
import { type Database, openDatabase } from './database.ts';
import { createManifest } from './manifest.ts';
import { createRuns } from './runs.ts';
import { ensureSchema, schemaVersion } from './schema.ts';
import { createTermCounts } from './term-counts.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { createVectorCaches } from './vector-caches.ts';

export interface EmbeddedStoreOptions {
  /** The SQLite file; made, with its folder, if it is not there. SQLite keeps two more beside it while it is open. */
  readonly path: string;
  /** Opens what another process may be writing; every change is refused. */
  readonly readOnly?: boolean;
  readonly log: Logger;
  readonly now?: () => Date;
}

/**
 * The store in one SQLite file: text by FTS5, vectors searched exactly in memory. Meant for one writing
 * process (see `acquireDataLock`) and any number of reading ones.
 *
 * @throws AppError `not_found` if there is nothing to read; `failed_precondition` if the file is damaged,
 * of a newer version, or not an index.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { path, readOnly = false } = options;
  if (readOnly && !existsSync(path)) {
    throw new AppError('not_found', `there is no index at ${path}: ingest something first`);
  }
  try {
    if (!readOnly) mkdirSync(dirname(path), { recursive: true });
  } catch (thrown) {
    throw AppError.from(thrown);
  }
  const database = openDatabase(path, { readOnly });
  try {
    ensureSchema(database, { readOnly });
  } catch (error) {
    database.close();
    throw error;
  }
  options.log.debug({ event: 'index-opened', path, readOnly, format: schemaVersion });
  return storeOver(database, options.now);
}

/** The store over a file that has its tables. */
export function storeOver(database: Database, now: () => Date = () => new Date()): Store {
  const caches = createVectorCaches(database);
  const termCounts = createTermCounts(database);
  return {
    kind: 'embedded',
    corpora: createCorpora(database, [caches, termCounts]),
    runs: createRuns(database),
    manifest: createManifest(database, now),
    chunks: createChunkIndex({ database, caches, termCounts, now }),
    async check(signal) {
      throwIfAborted(signal);
      database.get('SELECT 1 FROM generation LIMIT 1');
    },
    async close() {
      database.close();
    },
  };
}
