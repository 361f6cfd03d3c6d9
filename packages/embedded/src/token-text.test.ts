import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenText } from './token-text.ts';

const tokens = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string(),
  fc.constantFrom('the', 'The', '%54he', '##ing', '▁a', 'Ġa', ' ', '\n'),
);

test('different tokens become different words, in lower case and without white space', () => {
  fc.assert(
    fc.property(tokens, tokens, (left, right) => {
      expect(tokenText(left) === tokenText(right)).toBe(left === right);
      expect(tokenText(left)).toBe(tokenText(left).toLowerCase());
      expect(tokenText(left)).toMatch(/^\S*$/);
    }),
  );
});
