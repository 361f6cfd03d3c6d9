import { expect, it } from 'vitest';
import { normalise, pool, tokenRows } from './pooling.ts';

const tokens = Float32Array.of(3, 4, 0, 0, 0, 0, 0, 5, 0);

it('takes the mean over all tokens, of length 1', () => {
  expect([...pool(tokens, 3, 'mean')]).toEqual([3, 9, 0].map((x) => expect.closeTo(x / Math.hypot(3, 9), 6)));
});

it('takes the first token, of length 1', () => {
  expect([...pool(tokens, 3, 'cls')]).toEqual([0.6, 0.8, 0].map((x) => expect.closeTo(x, 6)));
});

it('gives rows of length 1 in a buffer of their own', () => {
  const rows = tokenRows(tokens, 3, 0, 3);
  expect([...rows]).toEqual([0.6, 0.8, 0, 0, 0, 0, 0, 1, 0].map((x) => expect.closeTo(x, 6)));
  expect(rows.buffer).not.toBe(tokens.buffer);
  expect(tokenRows(tokens, 3, 1, 1)).toHaveLength(0);
});

it('leaves a vector of zeros alone', () => {
  const zeros = new Float32Array(2);
  normalise(zeros);
  expect([...zeros]).toEqual([0, 0]);
});
