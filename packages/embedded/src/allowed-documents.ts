import type { Filter } from '@winnow/core';
import type { Reads } from './database.ts';
import { compileFilter } from './filter-sql.ts';
import type { Generation } from './generations.ts';

/** Row ids of the documents that a filter lets through. */
export interface AllowedDocuments {
  readonly ids: ReadonlySet<number>;
  /** The same as a JSON list, for SQL. */
  readonly json: string;
}

/** What filters let through, remembered: people ask one question after the other with the same filter. */
export interface AllowedCache {
  /** Null: all. As of the current read transaction. */
  of(generation: Generation, filter: Filter | null): AllowedDocuments | null;
  drop(generationId: number): void;
}

/** Filters remembered of all generations; one that lets 100,000 documents through takes 5 MB. */
const maxFilters = 8;

export function createAllowedCache(database: Reads): AllowedCache {
  /** Least recently used first. */
  const known = new Map<string, { readonly generationId: number; readonly allowed: AllowedDocuments }>();
  return {
    of(generation, filter) {
      if (filter === null) return null;
      const key = JSON.stringify([generation.id, generation.changes, filter]);
      const allowed = known.get(key)?.allowed ?? read(database, generation, filter);
      known.delete(key);
      known.set(key, { generationId: generation.id, allowed });
      const [oldest] = known.keys();
      if (known.size > maxFilters && oldest !== undefined) known.delete(oldest);
      return allowed;
    },
    drop(generationId) {
      for (const [key, { generationId: of }] of known) if (of === generationId) known.delete(key);
    },
  };
}

function read(database: Reads, { tables }: Generation, filter: Filter): AllowedDocuments {
  const condition = compileFilter(filter, { column: 'id', metadata: tables.metadata });
  const row = database.get<{ ids: string }>(
    `SELECT json_group_array(id) AS ids FROM ${tables.document} WHERE live_revision IS NOT NULL AND ${condition.sql}`,
    ...condition.values,
  );
  const json = row?.ids ?? '[]';
  return { ids: new Set<number>(JSON.parse(json)), json };
}
