import { instantOf, type QualityHistory, type QualityResult, sha256 } from '@winnow/core';
import type { RecordTable, StoredRecord } from '../record-table.ts';

/** A result of golden queries as it is kept. */
export interface QualityRecord extends StoredRecord {
  readonly corpus_id: string;
  /** Of the record: the same result is kept once. */
  readonly digest: string;
  readonly at: string;
}

/** Results of golden queries in one index over all corpora. */
export function createQualityHistory(table: RecordTable<QualityRecord>): QualityHistory {
  return {
    async add(result) {
      const record = JSON.stringify(result);
      const digest = sha256(record);
      const at = instantOf(result.at).toISOString();
      await table.create(digest, { corpus_id: result.corpusId, digest, at, record });
    },

    async list(corpusId, limit) {
      const newestFirst = [{ at: 'desc' as const }, { digest: 'desc' as const }];
      const found = await table.search({ term: { corpus_id: corpusId } }, newestFirst, limit);
      return found.map(({ record }) => JSON.parse(record) as QualityResult);
    },
  };
}
