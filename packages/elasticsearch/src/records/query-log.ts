import { type CorpusId, instantOf, type QueryLog, type QueryRecord, sha256 } from '@winnow/core';
import type { LateWrites } from './late-writes.ts';
import type { NewRecord, RecordLog } from './record-log.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';

/** A search as it is kept. */
export interface SearchRecord extends StoredRecord {
  readonly corpus_id: string;
  readonly query_id: string;
  readonly at: string;
}

export interface QueryLogPorts {
  readonly table: RecordTable<SearchRecord>;
  readonly log: RecordLog<SearchRecord>;
  readonly late: LateWrites;
}

/** Searches in one index over all corpora. */
export function createQueryLog({ table, log, late }: QueryLogPorts): QueryLog {
  return {
    async record(queries) {
      if (queries.length === 0) return;
      await log.add(queries.map(recordOf));
      for (const corpusId of new Set(queries.map((query) => query.corpusId))) {
        await late.stays(log, corpusId);
      }
    },

    async recent(corpusId, limit) {
      const newestFirst = [{ at: 'desc' as const }, { query_id: 'desc' as const }];
      return (await table.search({ term: { corpus_id: corpusId } }, newestFirst, limit)).map(queryOf);
    },

    async get(corpusId, queryId) {
      const stored = await table.read(idOf(corpusId, queryId));
      return stored === null ? null : queryOf(stored);
    },

    async forget(corpusId, before) {
      const earlier = { range: { at: { lt: instantOf(before).toISOString() } } };
      await log.remove({ bool: { filter: [{ term: { corpus_id: corpusId } }, earlier] } });
    },
  };
}

function recordOf(query: QueryRecord): NewRecord<SearchRecord> {
  return {
    id: idOf(query.corpusId, query.queryId),
    stored: {
      corpus_id: query.corpusId,
      query_id: query.queryId,
      at: instantOf(query.at).toISOString(),
      record: JSON.stringify(query),
    },
  };
}

function idOf(corpusId: CorpusId, queryId: string): string {
  return sha256(JSON.stringify([corpusId, queryId]));
}

function queryOf({ record }: SearchRecord): QueryRecord {
  return JSON.parse(record) as QueryRecord;
}
