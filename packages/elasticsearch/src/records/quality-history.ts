import { instantOf, type QualityHistory, type QualityResult, sha256 } from '@winnow/core';
import { goneCorpus, type LateWrites } from './late-writes.ts';
import type { RecordLog } from './record-log.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';

/** A result of golden queries as it is kept. */
export interface QualityRecord extends StoredRecord {
  readonly corpus_id: string;
  /** Of the record: the same result is kept once. */
  readonly digest: string;
  readonly at: string;
}

export interface QualityHistoryPorts {
  readonly table: RecordTable<QualityRecord>;
  readonly log: RecordLog<QualityRecord>;
  readonly late: LateWrites;
}

/** Results of golden queries in one index over all corpora. */
export function createQualityHistory({ table, log, late }: QualityHistoryPorts): QualityHistory {
  return {
    async add(result) {
      const record = JSON.stringify(result);
      const digest = sha256(record);
      const at = instantOf(result.at).toISOString();
      await table.create(digest, { corpus_id: result.corpusId, digest, at, record });
      if (!(await late.stays(log, result.corpusId))) throw goneCorpus(result.corpusId);
    },

    async list(corpusId, limit) {
      const newestFirst = [{ at: 'desc' as const }, { digest: 'desc' as const }];
      const found = await table.search({ term: { corpus_id: corpusId } }, newestFirst, limit);
      return found.map(({ record }) => JSON.parse(record) as QualityResult);
    },
  };
}
