import { addModelUsage, type ModelUsage, noModelUsage } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freePrice, type Price, unknownPrice } from '../registry/price.ts';
import { costOf } from './cost-of.ts';

const priceOf = (fields: Partial<Price>): Price => ({ ...unknownPrice, ...fields });
const used = (fields: Partial<ModelUsage>): ModelUsage => ({ ...noModelUsage, calls: 1, ...fields });

const count = fc.nat({ max: 50_000_000 });
const anyUsage: fc.Arbitrary<ModelUsage> = fc.record({
  calls: fc.integer({ min: 1, max: 1_000 }),
  inputTokens: count,
  outputTokens: count,
  searches: fc.nat({ max: 10_000 }),
  truncated: fc.nat({ max: 100 }),
});
const dollars = fc.double({ min: 0, max: 200, noNaN: true });
const anyPrice: fc.Arbitrary<Price> = fc
  .record({
    usdPerMillionInputTokens: fc.option(dollars),
    usdPerMillionOutputTokens: fc.option(dollars),
    usdPerThousandSearches: fc.option(dollars),
    batchFactor: fc.option(fc.double({ min: 0.1, max: 1, noNaN: true })),
  })
  .map(priceOf);

describe('costOf', () => {
  test.each([
    ['embeddings', used({ inputTokens: 1_500 }), { usdPerMillionInputTokens: 0.02 }, 0.000_03],
    [
      'a chat',
      used({ inputTokens: 2_000, outputTokens: 300 }),
      { usdPerMillionInputTokens: 0.15, usdPerMillionOutputTokens: 0.6 },
      0.000_48,
    ],
    ['three searches', used({ calls: 3, searches: 3 }), { usdPerThousandSearches: 2 }, 0.006],
  ])('%s cost what the list says', (_, usage, price, usd) => {
    expect(costOf(usage, priceOf(price))).toBeCloseTo(usd, 15);
  });

  test('what costs nothing costs nothing, and where nothing was used no price is needed', () => {
    fc.assert(fc.property(anyUsage, (usage) => costOf(usage, freePrice) === 0));
    expect(costOf(noModelUsage, unknownPrice)).toBe(0);
    expect(costOf(noModelUsage, unknownPrice, { batch: true })).toBe(0);
  });

  test('a call without a known price has no known cost, whatever it took', () => {
    fc.assert(fc.property(anyUsage, (usage) => costOf(usage, unknownPrice) === null));
    expect(costOf(used({}), unknownPrice)).toBeNull();
  });

  test('generated tokens without a price make the cost unknown, not smaller', () => {
    const inputOnly = priceOf({ usdPerMillionInputTokens: 1 });
    expect(costOf(used({ inputTokens: 10, outputTokens: 1 }), inputOnly)).toBeNull();
    expect(costOf(used({ inputTokens: 10 }), inputOnly)).toBeCloseTo(0.000_01, 15);
  });

  test('a unit that is billed covers those that are only counted', () => {
    const bySearch = priceOf({ usdPerThousandSearches: 2 });
    expect(costOf(used({ searches: 1, inputTokens: 9_000 }), bySearch)).toBeCloseTo(0.002, 15);
    const byTokens = priceOf({ usdPerMillionInputTokens: 0.05 });
    expect(costOf(used({ searches: 1, inputTokens: 9_000 }), byTokens)).toBeCloseTo(0.000_45, 15);
  });

  test('is never negative, and two calls together cost what they cost apart', () => {
    fc.assert(
      fc.property(anyUsage, anyUsage, anyPrice, (one, other, price) => {
        const apart = [costOf(one, price), costOf(other, price)];
        const together = costOf(addModelUsage(one, other), price);
        if (together === null || apart.includes(null)) return;
        const sum = (apart[0] ?? 0) + (apart[1] ?? 0);
        expect(together).toBeGreaterThanOrEqual(0);
        expect(Math.abs(together - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum));
      }),
    );
  });

  test('more never costs less, and more never makes a known cost out of an unknown one', () => {
    fc.assert(
      fc.property(anyUsage, anyUsage, anyPrice, (usage, more, price) => {
        const before = costOf(usage, price);
        const after = costOf(addModelUsage(usage, more), price);
        if (before === null) expect(after).toBeNull();
        else if (after !== null) expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test('a batch costs its part of the price, and is unknown where the provider has none', () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, (usage, price) => {
        const direct = costOf(usage, price);
        const batch = costOf(usage, price, { batch: true });
        if (direct === null || price.batchFactor === null) expect(batch).toBeNull();
        else expect(batch).toBeCloseTo(direct * price.batchFactor, 9);
      }),
    );
  });
});
