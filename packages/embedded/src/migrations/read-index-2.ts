import type { Database } from '../database.ts';

/**
 * Makes an index of version 2 read like one of version 3, where it may not be written: there was nothing beside a
 * corpus, and the views that stand for the tables give nothing.
 */
export function readIndexVersion2(database: Database): void {
  database.execute(`
PRAGMA temp_store = MEMORY;
${emptyView('schedule', ['corpus', 'corpus_id', 'next_run_at', 'body'])}
${emptyView('golden_query', ['id', 'corpus_id', 'set_id', 'query_id', 'body'])}
${emptyView('query_record', ['id', 'corpus_id', 'query_id', 'at', 'body'])}
${emptyView('quality_result', ['id', 'corpus_id', 'digest', 'at', 'body'])}
`);
}

function emptyView(name: string, columns: readonly string[]): string {
  const absent = columns.map((column) => `NULL AS ${column}`).join(', ');
  return `CREATE TEMP VIEW ${name} AS SELECT ${absent} WHERE false;`;
}
