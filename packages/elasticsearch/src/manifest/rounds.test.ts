import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundsWithoutRepeats } from './rounds.ts';

describe('roundsWithoutRepeats', () => {
  test('keeps every item, no key twice in a round, equal keys in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (keys) => {
        const items = keys.map((key, order) => ({ key, order }));
        const rounds = roundsWithoutRepeats(items, ({ key }) => String(key));
        for (const round of rounds) expect(new Set(round.map(({ key }) => key)).size).toBe(round.length);
        for (const key of new Set(keys)) {
          const orders = rounds
            .flat()
            .filter((item) => item.key === key)
            .map(({ order }) => order);
          expect(orders).toEqual(items.filter((item) => item.key === key).map(({ order }) => order));
        }
      }),
    );
  });
});
