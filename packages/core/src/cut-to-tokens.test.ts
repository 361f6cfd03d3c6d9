import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToTokens } from './cut-to-tokens.ts';

const count = (text: string) => Math.ceil(text.length / 2);

describe('cutToTokens', () => {
  it('leaves a text that fits as it is', () => {
    expect(cutToTokens('abcd', 2, count)).toBe('abcd');
    expect(cutToTokens('', 0, count)).toBe('');
  });

  it('keeps the longest start that fits, and characters whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, limit) => {
        const start = cutToTokens(text, limit, count);
        expect(text.startsWith(start)).toBe(true);
        expect(count(start)).toBeLessThanOrEqual(limit);
        expect(start.isWellFormed()).toBe(text.isWellFormed());
        if (start === text) return;
        const next = String.fromCodePoint(text.codePointAt(start.length) ?? 0);
        expect(count(start + next)).toBeGreaterThan(limit);
      }),
    );
  });
});
