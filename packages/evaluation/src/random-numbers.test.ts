import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReservoir, randomNumbers, sampleOf } from './random-numbers.ts';

describe('randomNumbers', () => {
  it('gives the same numbers for the same seed, all of 0 to below 1', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [one, other] = [randomNumbers(seed), randomNumbers(seed)];
        for (let at = 0; at < 20; at += 1) {
          const number = one();
          expect(number).toBe(other());
          expect(number >= 0 && number < 1).toBe(true);
        }
      }),
    );
  });
});

describe('createReservoir', () => {
  it('keeps each thing about equally often', () => {
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 3_000; seed += 1) {
      const reservoir = createReservoir<number>(3, randomNumbers(seed));
      for (let item = 0; item < 10; item += 1) reservoir.offer(item);
      for (const item of reservoir.items()) counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    // 900 each are expected, with a standard deviation of 25.
    for (let item = 0; item < 10; item += 1)
      expect(Math.abs((counts.get(item) ?? 0) - 900)).toBeLessThan(125);
  });
});

describe('sampleOf', () => {
  it('takes distinct places in their order, and all where there are few', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(20), fc.integer(), (items, size, seed) => {
        const numbered = items.map((item, at) => ({ item, at }));
        const sample = sampleOf(numbered, size, randomNumbers(seed));
        expect(sample).toHaveLength(Math.min(size, items.length));
        expect(sample.map(({ at }) => at)).toEqual(
          [...new Set(sample.map(({ at }) => at))].sort((a, b) => a - b),
        );
      }),
    );
  });
});
