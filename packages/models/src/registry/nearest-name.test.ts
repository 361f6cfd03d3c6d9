import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const known = ['all-MiniLM-L6-v2', 'bge-small-zh-v1.5', 'openai:text-embedding-3-small'];

it.each([
  ['all-minilm-l6-v2', 'all-MiniLM-L6-v2'],
  ['all-MiniLM-L6', 'all-MiniLM-L6-v2'],
  ['sentence-transformers/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
  ['BAAI/bge-small-zh', 'bge-small-zh-v1.5'],
  ['text-embedding-3-small', 'openai:text-embedding-3-small'],
])('takes %s as %s', (given, expected) => {
  expect(nearestName(given, known)).toBe(expected);
});

it('has no guess for what is near to nothing', () => {
  expect(nearestName('gpt-4', known)).toBeNull();
  expect(nearestName('', known)).toBeNull();
  expect(nearestName('x', [])).toBeNull();
});
