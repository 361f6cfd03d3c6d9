import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThoughtFilter } from './thought-filter.ts';

const read = (pieces: readonly string[]) => {
  const filter = createThoughtFilter();
  return [...pieces.map((piece) => filter.add(piece)), filter.rest()];
};
/** A text cut at any places. */
const cut = (text: string) =>
  fc
    .array(fc.nat(text.length), { maxLength: 6 })
    .map((places) => [0, ...places.sort((a, b) => a - b), text.length])
    .map((places) => places.slice(1).map((end, index) => text.slice(places[index], end)));

describe('createThoughtFilter', () => {
  it.each([
    ['<think>\nHm, <b>1 < 2</b>.\n</think>\n\nYes [1].', 'Yes [1].'],
    [' \n<think></think>Yes.', 'Yes.'],
    ['<think>Hm.</think>', ''],
    ['<think>Hm, and then the limit came', ''],
    ['Yes. It writes <think>like this</think>.', 'Yes. It writes <think>like this</think>.'],
    ['<thing> is a word.', '<thing> is a word.'],
    ['<thi', '<thi'],
    ['  Yes.  ', 'Yes.  '],
    ['', ''],
  ])('leaves of %j only %j, however it is cut into pieces', (text, answer) => {
    fc.assert(
      fc.property(cut(text), (pieces) => {
        expect(read(pieces).join('')).toBe(answer);
      }),
    );
  });

  it('takes the beginning for a thought where the prompt has opened one', () => {
    const filter = createThoughtFilter(true);
    expect([filter.add('Hm.</th'), filter.add('ink>\nYes'), filter.add('.')]).toEqual(['', 'Yes', '.']);
  });

  it('keeps nothing back once the answer has begun', () => {
    expect(read(['<', 'b> is', ' <think>', ' here'])).toEqual(['', '<b> is', ' <think>', ' here', '']);
  });
});
