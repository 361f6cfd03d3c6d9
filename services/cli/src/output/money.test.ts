import { describe, expect, test } from 'vitest';
import { formatUsd } from './money.ts';

describe('formatUsd', () => {
  test.each([
    [0, '$0'],
    [0.000_000_02, '$0.00000002'],
    [0.000_123_456, '$0.000123'],
    [0.1 + 0.2, '$0.3'],
    [0.999_6, '$1'],
    [0.05, '$0.05'],
    [1, '$1.00'],
    [12.3, '$12.30'],
    [1_234_567.891, '$1,234,567.89'],
  ])('%d is %s', (usd, text) => expect(formatUsd(usd)).toBe(text));
});
