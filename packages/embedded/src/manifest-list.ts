import { documentKeyOf, documentStates, type ManifestEntry, type ManifestQuery } from '@winnow/core';
import type { Database } from './database.ts';
import type { Generation } from './generations.ts';
import { type EntryRow, entryColumns, entryOf } from './manifest-entry.ts';

type KeyedRow = EntryRow & { readonly document_key: string };

/**
 * A page of the manifest in order of document key. Each state is asked for on its own, along an index that
 * holds it in that order: a page of few pending documents among many live ones costs what the page holds.
 */
export function listEntries(
  database: Database,
  { tables }: Generation,
  query: ManifestQuery,
): readonly ManifestEntry[] {
  const after = query.after === undefined ? '' : documentKeyOf(query.after);
  const conditions = ['document_key > ?'];
  const values: (string | number)[] = [after];
  if (query.runId !== undefined) {
    conditions.push('run_id = ?');
    values.push(query.runId);
  }
  if (query.lane !== undefined) {
    conditions.push('lane = ?');
    values.push(query.lane);
  }
  const select = (condition: readonly string[], given: readonly (string | number)[]) =>
    database.all<KeyedRow>(
      `SELECT document_key, ${entryColumns} FROM ${tables.document}
       WHERE ${condition.join(' AND ')} ORDER BY document_key LIMIT ?`,
      ...given,
      query.limit,
    );

  if (query.states === undefined && query.runId === undefined) return select(conditions, values).map(entryOf);
  const pages = database.read(() =>
    [...new Set(query.states ?? documentStates)].map((state) =>
      select(['state = ?', ...conditions], [state, ...values]),
    ),
  );
  return pages
    .flat()
    .sort((left, right) => (left.document_key < right.document_key ? -1 : 1))
    .slice(0, query.limit)
    .map(entryOf);
}
