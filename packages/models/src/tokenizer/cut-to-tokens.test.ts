import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToTokens } from './cut-to-tokens.ts';
import { createEstimatingTokenizer } from './estimating-tokenizer.ts';

const { count } = createEstimatingTokenizer();
const text = fc.string({
  unit: fc.constantFrom('a', 'longer', ' ', '。', '汉字', '𠮷', '🚀'),
  maxLength: 40,
});

describe('cutToTokens', () => {
  it('gives a beginning of the text that has no more tokens than allowed, and could not be longer', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 20 }), (whole, maxTokens) => {
        const cut = cutToTokens(whole, maxTokens, count);
        expect(whole.startsWith(cut)).toBe(true);
        expect(count(cut)).toBeLessThanOrEqual(maxTokens);
        if (cut === whole) return;
        const next = String.fromCodePoint(whole.codePointAt(cut.length) ?? 0);
        expect(count(cut + next)).toBeGreaterThan(maxTokens);
      }),
    );
  });

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 20 }), (whole, maxTokens) => {
        expect(cutToTokens(whole, maxTokens, count).isWellFormed()).toBe(true);
      }),
    );
  });
});
