import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteProvider } from './quote-provider.ts';

const secret = 'The salary of the director was 412,000 in 2024.';

describe('quoteProvider', () => {
  it('keeps what the provider says, on one line', () => {
    expect(quoteProvider('texts must be\n  at most 96', [secret])).toBe('texts must be at most 96');
  });

  it('leaves out what it repeats of a text, whole or in part', () => {
    expect(quoteProvider(`invalid input '${secret}'`, ['other', secret])).toBe("invalid input '…'");
    expect(quoteProvider('too long: "The salary of the director was…"', [secret])).toBe('too long: "……"');
    expect(quoteProvider('not found: 工资', ['工资'])).toBe('not found: 工资');
    expect(quoteProvider('not found: 工资多少', ['工资多少'])).toBe('not found: …');
  });

  it('leaves out a key', () => {
    expect(quoteProvider('no such key sk-0123456789abcdef', ['sk-0123456789abcdef'])).toBe('no such key …');
  });

  it('gives null where nothing is left', () => {
    expect(quoteProvider(null, [])).toBeNull();
    expect(quoteProvider(' \n', [])).toBeNull();
  });

  it('never repeats 16 characters of what was sent, and is never longer than 301', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 16 }), fc.string(), (before, text, after) => {
        const quoted = quoteProvider(before + text + after, [text]) ?? '';
        expect(quoted.length).toBeLessThanOrEqual(301);
        const sent = text.replaceAll(/\s+/g, ' ').trim();
        for (let from = 0; from + 16 <= sent.length; from++) {
          expect(quoted).not.toContain(sent.slice(from, from + 16));
        }
      }),
    );
  });
});
