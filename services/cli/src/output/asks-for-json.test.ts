import { expect, test } from 'vitest';
import { asksForJson } from './asks-for-json.ts';

test.each([
  [['runs', 'x', '--json'], true],
  [['runs', 'x', '--format', 'json'], true],
  [['runs', 'x', '--format=json'], true],
  [['runs', 'x', '--format', 'csv'], false],
  [['search', 'x', 'json'], false],
])('%j asks for JSON: %s', (words, expected) => {
  expect(asksForJson(words)).toBe(expected);
});
