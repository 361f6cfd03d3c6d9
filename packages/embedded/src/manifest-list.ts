import { type DocumentState, documentStates, type ManifestEntry, type ManifestQuery } from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';
import { type EntryRow, entryColumns, entryOf } from './manifest-entry.ts';

type KeyedRow = EntryRow & { readonly document_key: string };

/**
 * A page of the manifest in order of document key. Each state is asked for on its own, along an index that
 * holds it in that order: a page of few pending documents among many live ones costs what the page holds.
 */
export function listEntries(
  database: Reads,
  { tables }: Generation,
  query: ManifestQuery,
): readonly ManifestEntry[] {
  const filters = [
    { sql: 'document_key > ?', value: query.after ?? '' },
    { sql: 'run_id = ?', value: query.runId },
    { sql: 'lane = ?', value: query.lane },
    { sql: 'source_id = ?', value: query.sourceId },
    { sql: "reason ->> 'code' = ?", value: query.cause },
    { sql: 'dismissed = ?', value: query.dismissed === undefined ? undefined : Number(query.dismissed) },
  ].flatMap(({ sql, value }) => (value === undefined ? [] : [{ sql, value }]));
  const conditions = filters.map(({ sql }) => sql);
  const values = filters.map(({ value }) => value);
  const select = (condition: readonly string[], given: readonly (string | number)[]) =>
    database.all<KeyedRow>(
      `SELECT document_key, ${entryColumns} FROM ${tables.document}
       WHERE ${condition.join(' AND ')} ORDER BY document_key LIMIT ?`,
      ...given,
      query.limit,
    );

  const states = statesOf(query);
  if (states === null) return select(conditions, values).map(entryOf);
  const pages = database.read(() =>
    states.map((state) => select(['state = ?', ...conditions], [state, ...values])),
  );
  return pages
    .flat()
    .sort((left, right) => (left.document_key < right.document_key ? -1 : 1))
    .slice(0, query.limit)
    .map(entryOf);
}

/** The states to ask for one by one; null where the order of keys alone leads to few others. */
function statesOf({ states, runId, cause, dismissed }: ManifestQuery): readonly DocumentState[] | null {
  const wanted = [...new Set(states ?? documentStates)];
  // Only they have a cause, or can be dismissed.
  if (cause !== undefined || dismissed === true) return wanted.filter((state) => state === 'failed');
  return states === undefined && runId === undefined ? null : wanted;
}
