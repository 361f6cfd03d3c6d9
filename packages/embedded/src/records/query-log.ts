import { instantOf, type QueryLog, type QueryRecord } from '@winnow/core';
import { deleteInSteps } from '../delete-in-steps.ts';
import type { IndexDatabase } from '../index-database.ts';
import { type RecordRow, unversionedOfRow } from '../record-json.ts';
import { presentCorpora } from './present-corpora.ts';

const maxRecords = 10_000;

/** Searches as rows of JSON. */
export function createQueryLog(database: IndexDatabase): QueryLog {
  const queryOf = (row: RecordRow) => unversionedOfRow<QueryRecord>(row, 'query');
  const insert = `INSERT INTO query_record (corpus_id, query_id, at, body) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING`;
  return {
    async record(queries) {
      if (queries.length === 0) return;
      await database.write((statements) => {
        const present = presentCorpora(statements);
        for (const query of queries) {
          if (!present.has(query.corpusId)) continue;
          const at = instantOf(query.at).toISOString();
          statements.run(insert, query.corpusId, query.queryId, at, JSON.stringify(query));
        }
      });
    },
    async recent(corpusId, limit) {
      const newestFirst = `SELECT body FROM query_record WHERE corpus_id = ?
        ORDER BY at DESC, query_id DESC LIMIT ?`;
      return database.all<RecordRow>(newestFirst, corpusId, Math.min(limit, maxRecords)).map(queryOf);
    },
    async get(corpusId, queryId) {
      const sql = 'SELECT body FROM query_record WHERE corpus_id = ? AND query_id = ?';
      const row = database.get<RecordRow>(sql, corpusId, queryId);
      return row === undefined ? null : queryOf(row);
    },
    async forget(corpusId, before) {
      await deleteInSteps(database, {
        ...{ table: 'query_record', key: 'id' },
        where: 'corpus_id = ? AND at < ?',
        values: [corpusId, instantOf(before).toISOString()],
      });
    },
  };
}
