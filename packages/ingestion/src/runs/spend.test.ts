import { describe, expect, test } from 'vitest';
import { budgetOptionsFor } from './spend.ts';

describe('budgetOptionsFor', () => {
  test.each([
    [{ usd: 5, tokens: null }, '--budget USD'],
    [{ usd: null, tokens: 300 }, '--max-tokens N'],
    [{ usd: 5, tokens: 300 }, '--budget USD --max-tokens N'],
  ])('%j is given anew by %s', (budget, options) => {
    expect(budgetOptionsFor(budget)).toBe(options);
  });
});
