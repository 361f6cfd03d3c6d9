import { type GoldenQuery, type GoldenStore, nextTurn } from '@winnow/core';
import { deleteInSteps } from '../delete-in-steps.ts';
import type { IndexDatabase } from '../index-database.ts';
import { type RecordRow, unversionedOfRow } from '../record-json.ts';
import { requireCorpus } from './present-corpora.ts';

/** Queries written or read at a time. */
const pageSize = 500;

/** Golden queries as rows of JSON. */
export function createGolden(database: IndexDatabase): GoldenStore {
  const insert = `INSERT INTO golden_query (corpus_id, set_id, query_id, body) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING`;
  const select = `SELECT query_id, body FROM golden_query
    WHERE corpus_id = ? AND set_id = ? AND query_id > ? ORDER BY query_id LIMIT ${pageSize}`;
  return {
    async add(corpusId, setId, queries) {
      for (let start = 0; start < queries.length; start += pageSize) {
        if (start > 0) await nextTurn();
        await database.write((statements) => {
          requireCorpus(statements, corpusId);
          for (const query of queries.slice(start, start + pageSize)) {
            statements.run(insert, corpusId, setId, query.queryId, JSON.stringify(query));
          }
        });
      }
    },
    async *list(corpusId, setId) {
      for (let after: string | undefined = ''; after !== undefined; await nextTurn()) {
        const rows: readonly (RecordRow & { query_id: string })[] = database.all(
          select,
          corpusId,
          setId,
          after,
        );
        for (const row of rows) yield unversionedOfRow<GoldenQuery>(row, 'golden query');
        after = rows.at(-1)?.query_id;
      }
    },
    async keepOnly(corpusId, setId) {
      await deleteInSteps(database, {
        ...{ table: 'golden_query', key: 'id' },
        where: 'corpus_id = ? AND set_id IS NOT ?',
        values: [corpusId, setId],
      });
    },
  };
}
