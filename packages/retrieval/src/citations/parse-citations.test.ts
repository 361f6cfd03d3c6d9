import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCitations } from './parse-citations.ts';

const idsIn = (answer: string) => parseCitations(answer).marks.map(({ ids }) => ids);

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.constantFrom('事实。', '１', '😀', '\ud83d', '\n\n', '费用 2.5', '[1]'),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

describe('parseCitations', () => {
  it.each([
    ['one mark', 'A fact [1].', [[1]]],
    ['neighbours', 'A fact [1][2] [3].', [[1, 2, 3]]],
    ['a list', 'A fact [1, 2; 3].', [[1, 2, 3]]],
    ['a range', 'A fact [2-4].', [[2, 3, 4]]],
    ['a footnote mark', 'A fact [^1].', [[1]]],
    ['full-width brackets', '事实【1】。另一个【２，３】。', [[1], [2, 3]]],
    ['full-width square brackets', '事实［１、２］。', [[1, 2]]],
    ['a range that is none', 'A fact [9-2].', [[9]]],
    ['no marks', 'An array[i], a [link](x), a year [2024].', []],
  ])('reads %s', (_name, answer, ids) => {
    expect(idsIn(answer)).toEqual(ids);
  });

  it('takes the marks out with the blanks before them, and remembers where they stood', () => {
    const { text, marks } = parseCitations('One [1]. 二【2】。');
    expect(text).toBe('One. 二。');
    expect(marks.map(({ offset }) => text.slice(0, offset))).toEqual(['One', 'One. 二']);
  });

  it('keeps a text without marks as it is', () => {
    fc.assert(
      fc.property(
        anyText.map((text) => text.replace(/[[【［]/gu, '(')),
        (text) => {
          expect(parseCitations(text)).toEqual({ text, marks: [] });
        },
      ),
    );
  });
});
