import type { Filter } from '@winnow/core';
import type { Reads } from './database.ts';
import { compileFilter } from './filter-sql.ts';
import type { Generation } from './generations.ts';

/** What filters let through, remembered: people ask one question after the other with the same filter. */
export interface AllowedCache {
  /** Row ids of documents; null: all. As of the current read transaction. */
  of(generation: Generation, filter: Filter | null): ReadonlySet<number> | null;
  drop(generationId: number): void;
}

/** Filters remembered of all generations; one that lets 100,000 documents through takes 5 MB. */
const maxFilters = 8;

export function createAllowedCache(database: Reads): AllowedCache {
  /** Least recently used first. */
  const known = new Map<string, { readonly generationId: number; readonly allowed: ReadonlySet<number> }>();
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

function read(database: Reads, { tables }: Generation, filter: Filter): ReadonlySet<number> {
  const condition = compileFilter(filter, { column: 'id', metadata: tables.metadata });
  const row = database.get<{ ids: string }>(
    `SELECT json_group_array(id) AS ids FROM ${tables.document} WHERE live_revision IS NOT NULL AND ${condition.sql}`,
    ...condition.values,
  );
  return new Set<number>(JSON.parse(row?.ids ?? '[]'));
}
