import type { ChunkId } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fusionNames, fusions, type Leg } from './fuse.ts';

const legs = fc.array(
  fc
    .uniqueArray(
      fc.record({
        chunkId: fc.constantFrom(...'abcdefghij').map((id) => id as ChunkId),
        score: fc.double({ min: 0.001, max: 50, noNaN: true }),
      }),
      { selector: ({ chunkId }) => chunkId, maxLength: 10 },
    )
    .chain((hits) =>
      fc.record<Leg>({
        hits: fc.constant([...hits].sort((left, right) => right.score - left.score)),
        floor: fc.constantFrom(null, 0),
      }),
    ),
  { maxLength: 3 },
);

describe.each(fusionNames)('fusion %s', (name) => {
  const fuse = fusions[name];

  it('returns every chunk of any leg once, best first, with finite scores', () => {
    fc.assert(
      fc.property(legs, (given) => {
        const fused = fuse(given);
        const ids = new Set(given.flatMap(({ hits }) => hits.map(({ chunkId }) => chunkId)));
        expect(new Set(fused.map(({ chunkId }) => chunkId))).toEqual(ids);
        expect(fused).toHaveLength(ids.size);
        expect(fused.every(({ score }) => Number.isFinite(score))).toBe(true);
        expect(fused.map(({ score }) => score)).toEqual(
          fused.map(({ score }) => score).sort((left, right) => right - left),
        );
      }),
    );
  });

  it('keeps the order of a leg that has the others empty', () => {
    fc.assert(
      fc.property(legs, (given) => {
        for (const leg of given) {
          const fused = fuse([{ hits: [], floor: null }, leg]);
          expect(fused.map(({ chunkId }) => chunkId)).toEqual(leg.hits.map(({ chunkId }) => chunkId));
        }
      }),
    );
  });

  it('never puts a chunk below one that every leg has below it', () => {
    fc.assert(
      fc.property(legs, (given) => {
        const ranks = new Map(fuse(given).map(({ chunkId }, index) => [chunkId, index]));
        for (const upper of ranks.keys()) {
          for (const lower of ranks.keys()) {
            if (!given.every(({ hits }) => standsClearlyAbove(hits, upper, lower))) continue;
            expect(ranks.get(upper)).toBeLessThan(ranks.get(lower) ?? 0);
          }
        }
      }),
    );
  });

  it('returns nothing where no leg found anything', () => {
    expect(fuse([])).toEqual([]);
    expect(
      fuse([
        { hits: [], floor: 0 },
        { hits: [], floor: null },
      ]),
    ).toEqual([]);
  });
});

function standsClearlyAbove(hits: Leg['hits'], upper: ChunkId, lower: ChunkId): boolean {
  const above = hits.find(({ chunkId }) => chunkId === upper);
  const below = hits.find(({ chunkId }) => chunkId === lower);
  // Scores that differ by rounding alone may come out equal.
  return above !== undefined && below !== undefined && above.score > below.score + 1e-3;
}
