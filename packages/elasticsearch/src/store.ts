import type { Logger, Store } from '@winnow/core';
import { createBulkWriter } from './bulk-writer.ts';
import { createChunkIndex } from './chunk-index.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import { type CorpusRecord, createCorpusStore } from './corpus-store.ts';
import { corporaDefinition, runsDefinition } from './index-definitions.ts';
import { createManifest } from './manifest.ts';
import { createManifestTable } from './manifest-table.ts';
import { indexNames } from './names.ts';
import { createRecordTable } from './record-table.ts';
import { createRunStore, type RunRecord } from './run-store.ts';
import { createSystemIndexes } from './system-indexes.ts';

export interface ElasticsearchStoreOptions extends ConnectionOptions {
  /** Every index name begins with it: 1–63 of `a-z 0-9 _ -`. */
  readonly prefix: string;
  readonly log: Logger;
}

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
  return {
    kind: 'elasticsearch',
    corpora: createCorpusStore(connection, names, corpora, runs),
    runs: createRunStore(runs),
    manifest: createManifest(connection, table, names),
    chunks: createChunkIndex({ connection, bulk, table, names, log: options.log }),
    check: (signal) => connection.check(signal),
    close: () => connection.close(),
  };
}
