import { instantOf, type QualityHistory, type QualityResult, sha256 } from '@winnow/core';
import type { IndexDatabase } from '../index-database.ts';
import { type RecordRow, unversionedOfRow } from '../record-json.ts';
import { requireCorpus } from './present-corpora.ts';

const maxResults = 10_000;

/** Results of golden queries as rows of JSON. */
export function createQuality(database: IndexDatabase): QualityHistory {
  return {
    async add(result) {
      const body = JSON.stringify(result);
      await database.write((statements) => {
        requireCorpus(statements, result.corpusId);
        statements.run(
          'INSERT INTO quality_result (corpus_id, digest, at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          result.corpusId,
          sha256(body),
          instantOf(result.at).toISOString(),
          body,
        );
      });
    },
    async list(corpusId, limit) {
      const newestFirst = `SELECT body FROM quality_result WHERE corpus_id = ?
        ORDER BY at DESC, digest DESC LIMIT ?`;
      const rows = database.all<RecordRow>(newestFirst, corpusId, Math.min(limit, maxResults));
      return rows.map((row) => unversionedOfRow<QualityResult>(row, 'quality'));
    },
  };
}
