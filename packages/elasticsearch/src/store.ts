import type { Logger, Store } from '@winnow/core';
import { createBulkWriter } from './bulk-writer.ts';
import { createChunkIndex } from './chunk-index.ts';
import { createConnection } from './connection.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { type CorpusRecord, createCorpusStore } from './corpus-store.ts';
import { createCurrentIndexes } from './current-indexes.ts';
import { corporaDefinition, runsDefinition } from './index-definitions.ts';
import { createManifest } from './manifest.ts';
import { createManifestTable } from './manifest-table.ts';
import { indexNames } from './names.ts';
import { createRecordTable } from './record-table.ts';
import { createRefresher } from './refresher.ts';
import { createRunStore, type RunRecord } from './run-store.ts';
import { createShards } from './shards.ts';
import { createSystemIndexes } from './system-indexes.ts';

export interface ElasticsearchStoreOptions extends ConnectionOptions {
  /** Every index name begins with it: 1–63 of `a-z 0-9 _ -`. */
  readonly prefix: string;
  /** Of the indexes of new generations; 1 if left out. Those that are there keep theirs. */
  readonly shards?: number;
  /** Least time between two refreshes that commits share; 1,500 ms if left out. */
  readonly refreshMs?: number;
  readonly log: Logger;
}

/** Lanes that commit at about the same time share one refresh; a lane alone waits no longer than this. */
const defaultRefreshMs = 1_500;

/**
 * A store on Elasticsearch 9.4 or a later 9.x, Basic licence, without scripts or plugins. Connects, checks
 * the version and makes its two common indexes when it is first used.
 *
 * @throws AppError `invalid_argument` if the URL or the prefix cannot be used.
 */
export function createElasticsearchStore(options: ElasticsearchStoreOptions): Store {
  const names = indexNames(options.prefix);
  const connection = createConnection(options);
  const bulk = createBulkWriter({ connection, log: options.log });
  const table = createManifestTable(connection, bulk);
  const ensured = createSystemIndexes(connection, [
    { index: names.corpora, definition: corporaDefinition },
    { index: names.runs, definition: runsDefinition },
  ]);
  const corpora = createRecordTable<CorpusRecord>(connection, names.corpora, ensured);
  const runs = createRecordTable<RunRecord>(connection, names.runs, ensured);
  const current = createCurrentIndexes(connection, names);
  const refresher = createRefresher(connection, { sparingMs: options.refreshMs ?? defaultRefreshMs });
  const ports = { connection, bulk, table, names, refresher, current, log: options.log };
  return {
    kind: 'elasticsearch',
    corpora: createCorpusStore({ ...ports, corpora, runs, shards: options.shards ?? 1 }),
    runs: createRunStore(runs),
    manifest: createManifest(ports),
    chunks: createChunkIndex({ ...ports, shards: createShards(connection) }),
    check: (signal) => connection.check(signal),
    close: () => connection.close(),
  };
}
