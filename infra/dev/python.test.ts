import { expect, it } from 'vitest';
import { isNewEnough } from './python.ts';

it.each([
  ['3.9', false],
  ['3.10', true],
  ['3.13', true],
  ['2.7', false],
  ['4.0', false],
])('takes Python %s: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});
