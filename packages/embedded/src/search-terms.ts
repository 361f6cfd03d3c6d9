import type { Database } from './database.ts';
import type { Generation } from './generations.ts';

/** Below this many chunks every term is cheap, and none is left out. */
const minChunksToChoose = 5_000;
/** A term in more than this part of all chunks weighs nothing: its inverse document frequency is 0 or less. */
const maxChunkRatio = 0.5;

/**
 * A full-text query for chunks that hold any of the terms. Terms are quoted, so none of them can mean
 * anything to the query language.
 */
export function matchExpression(terms: readonly string[]): string {
  return terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' OR ');
}

/**
 * The distinct terms worth asking for. In a large index, terms that stand in most chunks cost nearly all of
 * the time and do not change the order: they are left out where another term is in the index.
 */
export function chooseTerms(
  database: Database,
  { tables }: Generation,
  terms: readonly string[],
): readonly string[] {
  const distinct = [...new Set(terms)];
  const chunks = database.get<{ chunks: number }>(
    `SELECT coalesce(sum(chunks), 0) AS chunks FROM ${tables.tally}`,
  )?.chunks;
  if (chunks === undefined || chunks < minChunksToChoose) return distinct;
  const counts = distinct.map(
    (term) =>
      database.get<{ doc: number }>(`SELECT doc FROM ${tables.termCounts} WHERE term = ?`, term)?.doc ?? 0,
  );
  const chosen = distinct.filter((_, index) => {
    const count = counts[index] ?? 0;
    return count > 0 && count <= chunks * maxChunkRatio;
  });
  return chosen.length > 0 ? chosen : distinct;
}
