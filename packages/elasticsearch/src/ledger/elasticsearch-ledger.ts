import { randomUUID } from 'node:crypto';
import type { Ledger } from '@winnow/core';
import { type BulkOperation, createBulkWriter } from '../bulk/bulk-writer.ts';
import { createConnection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { indexNames } from '../indexes/names.ts';
import { createSystemIndex } from '../indexes/system-indexes.ts';
import type { ElasticsearchStoreOptions } from '../store.ts';
import { ledgerDefinition } from './ledger-definition.ts';
import { type LedgerRecord, ledgerRecordOf } from './ledger-record.ts';
import { sumLedger } from './sum-ledger.ts';

/**
 * The ledger in one index, which is made when it is first written to. An append that is sent again, because its
 * answer was lost, writes each entry once.
 *
 * @throws AppError `invalid_argument` if the URL or the prefix cannot be used.
 */
export function createElasticsearchLedger(options: ElasticsearchStoreOptions): Ledger {
  const { ledger: index } = indexNames(options.prefix);
  const connection = createConnection(options);
  const bulk = createBulkWriter({ connection, log: options.log });
  const system = createSystemIndex(connection, index, ledgerDefinition);
  return {
    async append(entries) {
      if (entries.length === 0) return;
      const operations = entries.map(ledgerRecordOf).map(creationOf);
      await system.made();
      const results = await bulk.write(index, operations);
      const rejected = results.find((result) => result.kind === 'rejected');
      if (rejected === undefined) return;
      throw indexError('internal', `the ledger ${index} refused an entry`, {
        context: { reason: rejected.message },
      });
    },
    async sum(query) {
      if (!(await system.isThere())) return [];
      return await sumLedger(connection, index, query);
    },
    close: () => connection.close(),
  };
}

/** The id is made here, so that the same entry is never written twice. */
function creationOf(record: LedgerRecord): BulkOperation {
  return {
    action: 'create',
    lines: `${JSON.stringify({ create: { _id: randomUUID() } })}\n${JSON.stringify(record)}\n`,
  };
}
