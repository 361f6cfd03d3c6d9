import { expect, it } from 'vitest';
import { holdsNumbers } from './holds-numbers.ts';

it.each([
  ['costs 2,500 francs', '2500', true],
  ['costs 2500 francs', 'it is 2,500', true],
  ['weighs 2.5 kg', '25 kg', false],
  ['weighs ２．５ kg', '2.5 kg', true],
  ['30 days', 'thirty days', true],
  ['30 days', '30 days or 60', false],
  ['no number', '第３条', false],
])('holdsNumbers: %j holds those of %j: %s', (source, claim, held) => {
  expect(holdsNumbers(source, claim)).toBe(held);
});
