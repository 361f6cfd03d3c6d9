import { setTimeout as wait } from 'node:timers/promises';
import type { Logger, Store } from '@winnow/core';
import { createBulkWriter } from './bulk/bulk-writer.ts';
import { createChunkIndex } from './chunks/chunk-index.ts';
import { createConnection } from './connection/connection.ts';
import type { ConnectionOptions } from './connection/connection-options.ts';
import { createCurrentIndexes } from './indexes/current-indexes.ts';
import { corporaDefinition, runsDefinition } from './indexes/index-definitions.ts';
import { indexNames } from './indexes/names.ts';
import { createRefresher } from './indexes/refresher.ts';
import { createShards } from './indexes/shards.ts';
import { createSystemIndex } from './indexes/system-indexes.ts';
import { createManifest } from './manifest/manifest.ts';
import { createManifestTable } from './manifest/manifest-table.ts';
import { type CorpusRecord, createCorpusStore } from './records/corpus-store.ts';
import { createKeptWithCorpus } from './records/kept-with-corpus.ts';
import { createRecordTable } from './records/record-table.ts';
import { createRunStore, type RunRecord } from './records/run-store.ts';

export interface ElasticsearchStoreOptions extends ConnectionOptions {
  /** Every index name begins with it: 1–63 of `a-z 0-9 _ -`. */
  readonly prefix: string;
  /**
   * Shards of the chunk indexes of new generations, 1–1,024; 1 if left out. What is there keeps what it has. A shard
   * holds 2 billion chunks at most, and is best searched below 50 GB.
   */
  readonly shards?: number;
  /** Least time between two refreshes that commits share, after a few at once; 1,500 ms if left out. */
  readonly refreshMs?: number;
  readonly log: Logger;
}

/** Lanes that commit at about the same time share one refresh; a lane alone waits no longer than this. */
const defaultRefreshMs = 1_500;
/** Longest time that closing waits for refreshes that are owed, where the server does not answer. */
const closingMs = 2_000;

/**
 * A store on Elasticsearch 9.4 or a later 9.x, Basic licence, without scripts or plugins. Connects and checks the
 * version when it is first used, and makes each of its common indexes when it first writes to it.
 *
 * @throws AppError `invalid_argument` if the URL or the prefix cannot be used.
 */
export function createElasticsearchStore(options: ElasticsearchStoreOptions): Store {
  const { log, refreshMs = defaultRefreshMs } = options;
  const names = indexNames(options.prefix);
  const connection = createConnection(options);
  const bulk = createBulkWriter({ connection, log });
  const table = createManifestTable(connection, bulk);
  const refresher = createRefresher(connection, { sparingMs: refreshMs });
  const current = createCurrentIndexes(connection, names);
  const recordPorts = { connection, bulk };
  const corpora = createRecordTable<CorpusRecord>(
    recordPorts,
    createSystemIndex(connection, names.corpora, corporaDefinition),
  );
  const runs = createRecordTable<RunRecord>(
    recordPorts,
    createSystemIndex(connection, names.runs, runsDefinition),
  );
  const { removeKept, ...kept } = createKeptWithCorpus({ ...recordPorts, names, corpora });
  const ports = { connection, bulk, table, names, refresher, current, log };
  return {
    kind: 'elasticsearch',
    corpora: createCorpusStore({
      connection,
      names,
      corpora,
      runs,
      removeKept,
      refresher,
      shards: options.shards ?? 1,
    }),
    ...kept,
    runs: createRunStore(runs),
    manifest: createManifest(ports),
    chunks: createChunkIndex({ ...ports, shards: createShards(connection) }),
    check: (signal) => connection.check(signal),
    async close() {
      await Promise.race([refresher.refreshOwed(), wait(closingMs, undefined, { ref: false })]);
      await connection.close();
    },
  };
}
