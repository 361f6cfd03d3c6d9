import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGrade } from './parse-grade.ts';

describe('parseGrade', () => {
  it.each([
    [2, 2],
    [2.0, 2],
    ['3', 3],
    ['２', 2],
    ['2.0', 2],
    ['Grade: 1', 1],
    ['2/3', 2],
    ['2 out of 3', 2],
    ['2 (partly)', 2],
    ['3 - perfectly relevant', 3],
    ['three', 3],
    ['Irrelevant', 0],
    ['highly relevant', 2],
    ['三', 3],
  ])('reads %j as %d', (value, grade) => {
    expect(parseGrade(value)).toBe(grade);
  });

  it.each([
    [2.5],
    [0.67],
    [4],
    [-1],
    [Number.NaN],
    ['2.5'],
    ['-2'],
    ['2-3'],
    ['2 or 3'],
    ['7/10'],
    ['3/10'],
    ['30'],
    ['relevant'],
    ['not 3'],
    [''],
    [true],
    [null],
    [[3]],
    [undefined],
  ])('takes %j for no grade', (value) => {
    expect(parseGrade(value)).toBeNull();
  });

  it('reads no grade from a text without a digit 0–3 or a word for one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/[0-3\p{N}]|zero|one|two|three|relevant|related|[零一二三]/iu.test(text));
        expect(parseGrade(text)).toBeNull();
      }),
    );
  });
});
