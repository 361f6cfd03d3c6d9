import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsQuote } from './judge-report.ts';

describe('holdsQuote', () => {
  const passage = 'The “fee” is due\n  within 30 days. 专利 申请人应当缴纳\n费用。';

  it.each([
    ['letter for letter', 'is due'],
    ['over a line break', 'The fee is due within 30 days.'],
    ['with other quote marks', `'The "fee" is due'`],
    ['with Chinese broken over lines', '申请人应当缴纳费用'],
    ['in another Unicode form', 'due within 30 days'.normalize('NFD')],
  ])('finds a quote %s', (_name, quote) => {
    expect(holdsQuote(passage, quote)).toBe(true);
  });

  it.each([
    ['of other words', 'The fee is paid'],
    ['in other letters', 'the FEE'],
    ['with a word left out', 'fee is within 30 days'],
    ['with an ellipsis', 'The fee … 30 days'],
    ['of nothing but signs', ' "" '],
  ])('does not find one %s', (_name, quote) => {
    expect(holdsQuote(passage, quote)).toBe(false);
  });

  it('finds every part of every text that holds a letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (text, start, length) => {
        const quote = text.slice(start % (text.length + 1)).slice(0, length);
        fc.pre(/\w/.test(quote));
        expect(holdsQuote(text, quote)).toBe(true);
      }),
    );
  });
});
