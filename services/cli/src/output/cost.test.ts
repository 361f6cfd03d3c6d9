import { noCost } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { costText } from './cost.ts';

describe('costText', () => {
  test.each([
    [0.5, 0, '$0.5'],
    [0, 1, '$0 + 1 call without a known price'],
    [2, 12, '$2.00 + 12 calls without a known price'],
  ])('%d dollars and %d unknown prices are: %s', (usd, unpricedCalls, text) => {
    expect(costText({ ...noCost, usd, unpricedCalls })).toBe(text);
  });
});
