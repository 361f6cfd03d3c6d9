import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToTokens } from './cut-to-tokens.ts';

const countTokens = (text: string) => Math.ceil(text.length / 2);

describe('cutToTokens', () => {
  it('leaves a text that fits as it is', () => {
    expect(cutToTokens('abcd', 2, countTokens)).toEqual({ text: 'abcd', cut: false });
    expect(cutToTokens('', 0, countTokens)).toEqual({ text: '', cut: false });
  });

  it('keeps the longest start that fits, and characters whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, limit) => {
        const { text: start, cut } = cutToTokens(text, limit, countTokens);
        expect(text.startsWith(start)).toBe(true);
        expect(countTokens(start)).toBeLessThanOrEqual(limit);
        expect(cut).toBe(start.length < text.length);
        expect(start.isWellFormed()).toBe(text.isWellFormed());
        if (cut) expect(start.length).toBeGreaterThanOrEqual(2 * limit - 1);
      }),
    );
  });
});
