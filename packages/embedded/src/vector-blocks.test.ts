import { randomOf, unitVector } from '@winnow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVectorBlocks, type VectorBlocks, type VectorRow } from './vector-blocks.ts';

type Allowed = ReadonlySet<number> | null;

const dot = (left: Float32Array, right: Float32Array) =>
  left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);

function scored(rows: readonly VectorRow[], query: Float32Array, allowed: Allowed) {
  return rows
    .filter((row) => allowed === null || allowed.has(row.document))
    .map((row) => ({ chunk: row.chunk, score: dot(row.vector, query) }))
    .sort((left, right) => right.score - left.score);
}

/** Chunks that a search must give, in any order: the best k, and what ties with the last of them. */
function expected(rows: readonly VectorRow[], query: Float32Array, k: number, allowed: Allowed) {
  const all = scored(rows, query, allowed);
  const last = all[k - 1]?.score ?? Number.NEGATIVE_INFINITY;
  return all.filter((hit, rank) => rank < k || hit.score > last - 1e-6).map((hit) => hit.chunk);
}

function blocksOf(rows: readonly VectorRow[], dimensions: number): VectorBlocks {
  const blocks = createVectorBlocks(dimensions);
  for (const row of rows) blocks.add(row);
  return blocks;
}

function nearest(blocks: VectorBlocks, query: Float32Array, k: number, allowed: Allowed): readonly number[] {
  return blocks.nearest([{ query, k }], allowed)[0] ?? [];
}

/** All of it in one number. */
function oneOf(dimensions: number, place: number): Float32Array {
  return Float32Array.from({ length: dimensions }, (_, at) => (at === place ? 1 : 0));
}

function unit(values: Iterable<number>): Float32Array {
  const vector = Float32Array.from(values);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

describe('vector blocks', () => {
  const dimensions = 4;
  /** Few different vectors, so that ties are common. */
  const rowOf = (chunk: number): VectorRow => ({
    chunk,
    document: chunk % 3,
    vector: unitVector(chunk % 7, dimensions),
  });

  test('hold what an exact search finds, after any adding and removing', () => {
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
          const found = nearest(blocks, query, k, documents);
          const rows = [...model.values()];
          expect(new Set(found).size).toBe(found.length);
          expect(found).toEqual(expect.arrayContaining(expected(rows, query, k, documents)));
          expect(expected(rows, query, rows.length, documents)).toEqual(expect.arrayContaining([...found]));
        },
      ),
    );
  });

  test('find for each that is sought in one pass what they find for it alone', () => {
    const rows = Array.from({ length: 9_000 }, (_, index) => ({
      chunk: index + 1,
      document: index % 3,
      // Some have a scale of their own, so that blocks of both kinds are looked at.
      vector: index < 5_000 ? unitVector(index, 64) : oneOf(64, index % 64),
    }));
    const blocks = blocksOf(rows, 64);
    const sought = [1, 3, 50, 400].map((k, at) => ({ query: unitVector(-at - 1, 64), k }));
    for (const allowed of [null, new Set([0, 1]), new Set([2]), new Set<number>()]) {
      const together = blocks.nearest(sought, allowed);
      expect(together).toHaveLength(sought.length);
      for (const [index, { query, k }] of sought.entries()) {
        const found = together[index] ?? [];
        expect(found).toEqual(expect.arrayContaining(expected(rows, query, k, allowed)));
        expect(found.toSorted()).toEqual(nearest(blocks, query, k, allowed).toSorted());
      }
    }
  });

  test('give their memory back, and hold the best of many blocks', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      chunk: index + 1,
      document: index % 3,
      vector: unitVector(index, 16),
    }));
    const blocks = blocksOf(rows, 16);
    const query = unitVector(-1, 16);
    for (const allowed of [null, new Set([1])]) {
      const found = nearest(blocks, query, 20, allowed);
      expect(found).toEqual(expect.arrayContaining(expected(rows, query, 20, allowed)));
      expect(found.length).toBeLessThan(60);
    }
    const full = blocks.bytes;
    for (const row of rows) if (row.chunk > 100) blocks.remove(row.chunk);
    expect(blocks.bytes).toBeLessThan(full);
    expect(nearest(blocks, query, 5, null)).toEqual(
      expect.arrayContaining(expected(rows.slice(0, 100), query, 5, null)),
    );
  });

  test('an empty filter finds nothing', () => {
    const blocks = blocksOf([rowOf(1)], dimensions);
    expect(nearest(blocks, unitVector(1, dimensions), 5, new Set())).toEqual([]);
  });

  test('all that is alike is held, however much it is, up to a limit', () => {
    const twins = Array.from({ length: 6_000 }, (_, chunk) => ({
      chunk,
      document: chunk,
      vector: unitVector(1, 32),
    }));
    const blocks = blocksOf(twins.slice(0, 3_000), 32);
    expect(nearest(blocks, unitVector(1, 32), 10, null)).toHaveLength(3_000);
    for (const row of twins) blocks.add(row);
    expect(nearest(blocks, unitVector(1, 32), 10, null)).toHaveLength(4_096);
    expect(nearest(blocks, unitVector(1, 32), 5_000, null)).toHaveLength(5_000);
  });

  const lengths = fc.constantFrom(64, 100, 384, 768, 3_072);
  test('nothing that is among the best is lost by rounding, at any number of dimensions', () => {
    fc.assert(
      fc.property(
        lengths,
        fc.integer(),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(null, new Set([0])),
        (count, seed, k, allowed) => {
          const rows = Array.from({ length: 200 }, (_, chunk) => ({
            chunk,
            document: chunk % 2,
            vector: unitVector(seed + chunk, count),
          }));
          const query = unitVector(seed - 1, count);
          const found = nearest(blocksOf(rows, count), query, k, allowed);
          expect(found).toEqual(expect.arrayContaining(expected(rows, query, k, allowed)));
        },
      ),
      { numRuns: 40 },
    );
  });

  describe('vectors that round badly', () => {
    const count = 2_000;
    const length = 256;
    const random = randomOf(1);
    const noise = (size: number) => Array.from({ length }, () => (random() - 0.5) * size);
    /** Most of all vectors lies in one direction, as with some models: codes are coarse beside it. */
    const oneDirection = () => unit([4, ...noise(0.5).slice(1)]);
    /** One number is all there is, but for noise that rounds to nothing. */
    const oneNumber = (place: number) =>
      unit(noise(1e-3).map((value, at) => (at === place % length ? 1 : value)));
    const tiny = (place: number) => unit(noise(0.1).map((value, at) => (at === place % 5 ? 1e-30 : value)));

    test.each([
      ['with one large number in common', oneDirection],
      ['of one number', oneNumber],
      ['with numbers next to nothing', tiny],
      ['of all kinds', (at: number) => (at % 2 === 0 ? unitVector(at, length) : oneNumber(at))],
    ])('%s are found nonetheless', (_, vectorOf) => {
      const rows = Array.from({ length: count }, (_, chunk) => ({
        chunk,
        document: 0,
        vector: vectorOf(chunk),
      }));
      const blocks = blocksOf(rows, length);
      for (let at = 0; at < 10; at++) {
        const query = vectorOf(count + at);
        expect(nearest(blocks, query, 10, null)).toEqual(
          expect.arrayContaining(expected(rows, query, 10, null)),
        );
      }
    });
  });

  test('a vector that does not fit the scale of the others is compared as it is, wherever it is moved', () => {
    const axis = Float32Array.from({ length: 384 }, (_, at) => (at === 0 ? 1 : 0));
    const between = (one: Float32Array, part: number, other: Float32Array) =>
      unit(one.map((value, at) => part * value + (1 - part) * (other[at] ?? 0)));
    const spread = unitVector(-1, 384);
    const query = between(axis, 0.5, spread);
    const rows = Array.from({ length: 9_000 }, (_, chunk): VectorRow => {
      const noise = unitVector(chunk, 384);
      return { chunk, document: 0, vector: chunk < 100 ? between(spread, 0.6, noise) : noise };
    });
    const large = { chunk: 9_000, document: 0, vector: axis };
    const blocks = blocksOf([...rows, large], 384);
    expect(nearest(blocks, query, 1, null)).toEqual([large.chunk]);
    blocks.remove(3);
    expect(nearest(blocks, query, 1, null)).toEqual([large.chunk]);
    const left = [...rows, large].filter(({ chunk }) => chunk !== 3);
    const others = createVectorBlocks(384);
    for (let index = 0; ; index++) {
      const lent = blocks.lend(index);
      if (lent === null) break;
      others.take(lent);
    }
    expect([...others.chunks()].toSorted()).toEqual([...blocks.chunks()].toSorted());
    expect(nearest(others, query, 50, null)).toEqual(nearest(blocks, query, 50, null));
    const found = nearest(blocks, query, 50, null);
    expect(found).toEqual(expect.arrayContaining(expected(left, query, 50, null)));
    expect(found.length).toBeLessThan(150);
  });

  test('of many vectors, few are held to be among the best', () => {
    const rows = Array.from({ length: 9_000 }, (_, chunk) => ({
      chunk,
      document: 0,
      vector: unitVector(chunk, 384),
    }));
    const blocks = blocksOf(rows, 384);
    for (let at = 0; at < 5; at++) {
      const query = unitVector(-at - 1, 384);
      const found = nearest(blocks, query, 10, null);
      expect(found).toEqual(expect.arrayContaining(expected(rows, query, 10, null)));
      expect(found.length).toBeLessThan(40);
    }
  });
});
