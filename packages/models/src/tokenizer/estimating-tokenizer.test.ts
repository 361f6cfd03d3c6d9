import { expect, it } from 'vitest';
import { createEstimatingTokenizer } from './estimating-tokenizer.ts';

const tokenizer = createEstimatingTokenizer();

// Second number: tokens of cl100k_base.
it.each([
  ['The quick brown fox jumps over the lazy dog.', 10],
  ['Hello, world!', 4],
  ['antidisestablishmentarianism', 6],
  ['const x = foo_bar(42);', 8],
])('counts at least what the model counts, and at most twice that: %s', (text, tokens) => {
  expect(tokenizer.count(text)).toBeGreaterThanOrEqual(tokens);
  expect(tokenizer.count(text)).toBeLessThanOrEqual(tokens * 2);
});

it('counts every Han character, and nothing for white space', () => {
  expect(tokenizer.count('向量检索')).toBe(6);
  expect(tokenizer.count(' \n\t')).toBe(0);
});
