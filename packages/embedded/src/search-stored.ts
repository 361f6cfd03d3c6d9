import type { Rows } from './database.ts';
import { searchExactly } from './exact-search.ts';
import type { Generation } from './generations.ts';
import type { RowHit } from './row-hit.ts';
import { soundVectorOf } from './stored-vector.ts';

/**
 * The best `k` of some chunks by inner product with their vectors as they are stored, best first, and everything that
 * ties with the last of them. One without a sound vector is left out.
 */
export function searchStored(
  database: Rows,
  { tables, dimensions }: Generation,
  chunks: readonly number[],
  query: Float32Array,
  k: number,
): readonly RowHit[] {
  const rows = database.all<{ chunk: number; vector: Uint8Array }>(
    `SELECT chunk, vector FROM ${tables.vector} WHERE chunk IN (SELECT value FROM json_each(?))`,
    JSON.stringify(chunks),
  );
  const vectors = new Float32Array(rows.length * dimensions);
  const sound: number[] = [];
  for (const row of rows) {
    const vector = soundVectorOf(row.vector, dimensions);
    if (vector === null) continue;
    vectors.set(vector, sound.length * dimensions);
    sound.push(row.chunk);
  }
  return searchExactly(vectors, sound.length, query, k).flatMap(({ index, score }) => {
    const chunk = sound[index];
    return chunk === undefined ? [] : [{ chunk, score }];
  });
}
