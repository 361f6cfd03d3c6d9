import { describe, expect, test } from 'vitest';
import { isDear, runsHere } from './agree-to-price.ts';

describe('runsHere', () => {
  test.each([
    ['all-MiniLM-L6-v2', true],
    ['bge-small-zh-v1.5', true],
    ['text-embedding-3-small', false],
    ['openai:all-MiniLM-L6-v2', false],
    ['tei:anything', false],
  ])('%s: %s', (name, here) => expect(runsHere(name)).toBe(here));
});

describe('isDear', () => {
  const costing = (usd: number | null) => ({ cost: { usd, model: 'm', priceDate: null } });
  test('is asked about from the limit on, and not where no price is known', () => {
    expect(isDear(costing(1), 1)).toBe(false);
    expect(isDear(costing(1.01), 1)).toBe(true);
    expect(isDear(costing(0), 0)).toBe(false);
    expect(isDear(costing(null), 0)).toBe(false);
  });
});
