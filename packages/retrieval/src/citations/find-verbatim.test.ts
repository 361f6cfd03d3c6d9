import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findVerbatim } from './find-verbatim.ts';

const source =
  'Dogs are **welcome**\non the ground floor,   cats are not. Guests pay 2.5 %.\n\n1. Close C++ first.\n';

describe('findVerbatim', () => {
  it.each([
    [
      'Dogs are welcome on the ground floor, cats are not.',
      'Dogs are **welcome**\non the ground floor,   cats are not.',
    ],
    ['cats are not. Guests pay 2.5 %.', null],
    ['Guests pay 2.5 %', 'Guests pay 2.5 %.'],
    ['Close C++ first', '1. Close C++ first.'],
  ])('finds %j as it stands', (claim, quote) => {
    expect(findVerbatim(claim, source)).toBe(quote);
  });

  it.each(['cats are', 'Dogs are welcome on the ground floor', 'Guests pay 25 %.', 'Close C first', '—', ''])(
    'does not find %j, which leaves out or changes something',
    (claim) => {
      expect(findVerbatim(claim, source)).toBeNull();
    },
  );

  it('quotes letter for letter, whatever the texts', () => {
    const text = fc
      .array(
        fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('事实。', '½', '😀', '\ud83d', 'a b.', '\n> ')),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, claim) => {
        const whole = `${before}\n\n${claim}`;
        const quote = findVerbatim(claim, whole);
        if (quote !== null) expect(whole).toContain(quote);
      }),
    );
  });
});
