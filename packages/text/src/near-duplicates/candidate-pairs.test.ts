import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandCount, candidatePairsOf, maxSketches } from './candidate-pairs.ts';
import { mixBits } from './mix-bits.ts';
import { agreesIn, sketchOf, sketchSize } from './similarity-sketch.ts';

/** `count` numbers that nobody else has. */
const numbersFrom = (start: number, count: number) =>
  Uint32Array.from({ length: count }, (_, at) => mixBits(start + at));

/** Two sets of `size` with that Jaccard likeness, about. */
function alikeBy(likeness: number, size: number, start: number): readonly [Uint32Array, Uint32Array] {
  const shared = Math.round((2 * size * likeness) / (1 + likeness));
  const other = Uint32Array.from([
    ...numbersFrom(start, shared),
    ...numbersFrom(start + size, size - shared),
  ]);
  return [numbersFrom(start, size), other];
}

function rowsOf(sets: readonly Uint32Array[]): Uint32Array {
  const rows = new Uint32Array(sets.length * sketchSize);
  for (const [rank, set] of sets.entries()) rows.set(sketchOf(set), rank * sketchSize);
  return rows;
}

function allPairs(sketches: Uint32Array, least: number): ReadonlySet<number> {
  const pairs = new Set<number>();
  for (let band = 0; band < bandCount; band++) {
    for (const { earlier, later } of candidatePairsOf(sketches, band, least)) {
      pairs.add(later * maxSketches + earlier);
    }
  }
  return pairs;
}

describe('sketchOf', () => {
  it('estimates how alike two sets are, small or large', () => {
    for (const size of [12, 60, 5_000]) {
      for (const likeness of [0.2, 0.5, 0.8]) {
        const estimates = Array.from({ length: 15 }, (_, trial) => {
          const [left, right] = alikeBy(likeness, size, 1_000_000 * trial + size).map(sketchOf);
          return (left?.filter((value, at) => value === right?.[at]).length ?? 0) / sketchSize;
        });
        const mean = estimates.reduce((sum, value) => sum + value) / estimates.length;
        const shared = Math.round((2 * size * likeness) / (1 + likeness));
        expect(Math.abs(mean - shared / (2 * size - shared))).toBeLessThan(0.035);
      }
    }
  });

  it('does not depend on order or repetition', () => {
    const some = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(some, (hashes) => {
        const twice = Uint32Array.from([...hashes.toReversed(), ...hashes]);
        expect(sketchOf(twice)).toEqual(sketchOf(Uint32Array.from(hashes)));
      }),
    );
  });
});

describe('agreesIn', () => {
  it('is reached with exactly that share of coordinates', () => {
    const rows = new Uint32Array(2 * sketchSize);
    rows.fill(1, sketchSize + sketchSize / 2);
    expect(agreesIn(rows, 0, 1, 0.5)).toBe(true);
    expect(agreesIn(rows, 0, 1, 0.5 + 1 / sketchSize)).toBe(false);
  });
});

describe('candidatePairsOf', () => {
  it('finds nearly all that is alike by 0.5, and little of what is not', () => {
    const pairsAlikeBy = (likeness: number) =>
      rowsOf(Array.from({ length: 200 }, (_, at) => alikeBy(likeness, 300, at * 10_000)).flat());
    expect(allPairs(pairsAlikeBy(0.5), 0.5).size).toBeGreaterThanOrEqual(190);
    expect(allPairs(pairsAlikeBy(0.8), 0.5).size).toBe(200);
    expect(allPairs(pairsAlikeBy(0.2), 0.5).size).toBeLessThan(5);
  });

  it('makes one pair for each copy, with the first of them', () => {
    const copies = Array.from({ length: 200 }, () => numbersFrom(7, 50));
    const pairs = allPairs(rowsOf(copies), 0.5);
    expect(pairs.size).toBe(199);
    expect([...pairs].every((pair) => pair % maxSketches === 0)).toBe(true);
  });
});
