import { describe, expect, test } from 'vitest';
import { countOf, formatSeconds, someOf } from './figures.ts';

describe('countOf', () => {
  test.each([
    [0, '0 documents'],
    [1, '1 document'],
    [12_345, '12,345 documents'],
  ])('%d: %s', (count, text) => expect(countOf(count, 'document')).toBe(text));
});

describe('formatSeconds', () => {
  test.each([
    [0, '0 s'],
    [0.2, '1 s'],
    [59.4, '1 min'],
    [200, '3 min 20 s'],
    [7_500, '2 h 5 min'],
    [86_400, '1 day'],
    [273_600, '3 days 4 h'],
  ])('%d is %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

describe('someOf', () => {
  test('names the first ones, and counts the rest of those that there are', () => {
    expect(someOf(['a', 'b'], 3)).toBe('a, b');
    expect(someOf(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
    expect(someOf(['a', 'b'], 2, 1_002)).toBe('a, b and 1,000 more');
  });
});
