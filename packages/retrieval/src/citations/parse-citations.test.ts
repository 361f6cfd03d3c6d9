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

  it.each([
    'Read process.argv[2] first.',
    'Take m[3][4] of the matrix.',
    'Take rows[0], then `x[1]`.',
    'Set my_list[1] = 4.',
    'Call next()[1] or options["a"][2].',
    'Run this:\n\n```js\nconst [a] = [1];\nrows[ i ][2];\n```\n\nDone.',
    '读取 process.argv[2] 的值。',
    'A ``double ` tick [1]`` span.',
  ])('leaves code as it is: %s', (text) => {
    expect(parseCitations(text)).toEqual({ text, marks: [] });
  });

  it.each([
    ['close to its word', 'Paid within 30 days[1].', [[1]]],
    ['close to Chinese', '费用为2500元[2]。使用 Node[1]。', [[2], [1]]],
    ['behind code', 'Read `argv[2]` [1] and process.argv[2] [3].', [[1], [3]]],
    ['after a block', '```\nx[1]\n```\n[2] And so on.', [[2]]],
    ['beside a lone backtick', 'A ` is a mark [1].', [[1]]],
  ])('reads a mark %s', (_name, answer, ids) => {
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
