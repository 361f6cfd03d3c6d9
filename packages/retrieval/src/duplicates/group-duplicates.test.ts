import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupDuplicates } from './group-duplicates.ts';

const rank = fc.integer({ min: 0, max: 30 });
const pairs = fc
  .array(fc.tuple(rank, rank), { maxLength: 80 })
  .map((all) => all.filter(([one, other]) => one < other).map(([earlier, later]) => ({ earlier, later })));

describe('groupDuplicates', () => {
  it('has no original that is a duplicate, and nothing under an original that it is not like', async () => {
    const alike = (original: number, later: number) => (original * 7 + later * 3) % 4 !== 0;
    await fc.assert(
      fc.asyncProperty(pairs, async (candidates) => {
        const found = await groupDuplicates(candidates, async (original, later) =>
          alike(original, later) ? { jaccard: 0.9, cosine: 1 } : null,
        );
        const duplicates = found.map(({ duplicate }) => duplicate);
        expect(new Set(duplicates).size).toBe(duplicates.length);
        for (const { original, duplicate } of found) {
          expect(original).toBeLessThan(duplicate);
          expect(duplicates).not.toContain(original);
          expect(alike(original, duplicate)).toBe(true);
        }
      }),
    );
  });

  it('does not make a group of what is alike from step to step only', async () => {
    const steps = [
      { earlier: 0, later: 1 },
      { earlier: 1, later: 2 },
    ];
    const found = await groupDuplicates(steps, async (original, later) =>
      later - original === 1 ? { jaccard: 0.6, cosine: 1 } : null,
    );
    expect(found.map(({ original, duplicate }) => [original, duplicate])).toEqual([[0, 1]]);
  });

  it('takes the likest original', async () => {
    const both = [
      { earlier: 0, later: 2 },
      { earlier: 1, later: 2 },
    ];
    const [found] = await groupDuplicates(both, async (original) => ({
      jaccard: original === 1 ? 0.9 : 0.6,
      cosine: null,
    }));
    expect(found).toEqual({ original: 1, duplicate: 2, jaccard: 0.9, cosine: null });
  });
});
