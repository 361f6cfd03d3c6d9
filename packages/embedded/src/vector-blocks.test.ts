import { unitVector } from '@winnow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVectorBlocks, type VectorRow } from './vector-blocks.ts';

const dimensions = 4;
/** Few different vectors, so that ties are common. */
const rowOf = (chunk: number): VectorRow => ({
  chunk,
  document: chunk % 3,
  vector: unitVector(chunk % 7, dimensions),
});

/** What a search must give, in any order among ties. */
function expected(
  rows: readonly VectorRow[],
  query: Float32Array,
  k: number,
  allowed: ReadonlySet<number> | null,
) {
  const scored = rows
    .filter((row) => allowed === null || allowed.has(row.document))
    .map((row) => ({
      chunk: row.chunk,
      score: row.vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0),
    }))
    .sort((left, right) => right.score - left.score);
  const last = scored[k - 1]?.score ?? Number.NEGATIVE_INFINITY;
  return scored.filter((hit, rank) => rank < k || Math.abs(hit.score - last) < 1e-6).map((hit) => hit.chunk);
}

describe('vector blocks', () => {
  test('find what an exact search finds, after any adding and removing', () => {
    const steps = fc.array(fc.record({ chunk: fc.integer({ min: 1, max: 60 }), add: fc.boolean() }), {
      maxLength: 120,
    });
    const allowed = fc.option(fc.subarray([0, 1, 2]).map((documents) => new Set(documents)));
    fc.assert(
      fc.property(
        steps,
        allowed,
        fc.integer({ min: 1, max: 12 }),
        fc.nat(20),
        (changes, documents, k, seed) => {
          const blocks = createVectorBlocks(dimensions);
          const model = new Map<number, VectorRow>();
          for (const { chunk, add } of changes) {
            if (add) {
              blocks.add(rowOf(chunk));
              model.set(chunk, rowOf(chunk));
            } else {
              blocks.remove(chunk);
              model.delete(chunk);
            }
          }
          expect(new Set(blocks.chunks())).toEqual(new Set(model.keys()));
          const query = unitVector(100 + seed, dimensions);
          const found = blocks.search(query, k, documents).map((hit) => hit.chunk);
          const wanted = expected([...model.values()], query, k, documents);
          expect([...found].sort((left, right) => left - right)).toEqual(
            [...wanted].sort((left, right) => left - right),
          );
        },
      ),
    );
  });

  test('find the best across many blocks, and give their memory back', () => {
    const blocks = createVectorBlocks(dimensions);
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      chunk: index + 1,
      document: index % 3,
      vector: unitVector(index, dimensions),
    }));
    for (const row of rows) blocks.add(row);
    const query = unitVector(-1, dimensions);
    for (const allowed of [null, new Set([1])]) {
      const found = blocks.search(query, 20, allowed).map((hit) => hit.chunk);
      expect(found).toEqual(expected(rows, query, 20, allowed));
    }
    const full = blocks.bytes;
    for (const row of rows) if (row.chunk > 100) blocks.remove(row.chunk);
    expect(blocks.bytes).toBeLessThan(full);
    expect(blocks.search(query, 5, null).map((hit) => hit.chunk)).toEqual(
      expected(rows.slice(0, 100), query, 5, null),
    );
  });

  test('an empty filter finds nothing', () => {
    const blocks = createVectorBlocks(dimensions);
    blocks.add(rowOf(1));
    expect(blocks.search(unitVector(1, dimensions), 5, new Set())).toEqual([]);
  });
});
