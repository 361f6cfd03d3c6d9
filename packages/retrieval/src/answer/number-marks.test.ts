import { describe, expect, it } from 'vitest';
import { createMarkNumberer } from './number-marks.ts';

const numbered = (...pieces: readonly string[]) => {
  const numberer = createMarkNumberer(new Set([1, 2, 7]));
  return pieces.map((piece) => numberer.push(piece)).join('') + numberer.end();
};

describe('createMarkNumberer', () => {
  it('numbers sources in the order in which they are cited', () => {
    expect(numbered('A [7]. B [2][7]. C [1].')).toBe('A [1]. B [2][1]. C [3].');
  });

  it('holds back a mark that comes in pieces', () => {
    const numberer = createMarkNumberer(new Set([7]));
    expect(numberer.push('A [')).toBe('A');
    expect(numberer.push('7')).toBe('');
    expect(numberer.push('] and')).toBe(' [1] and');
    expect(numbered('open [7')).toBe('open [7');
  });

  it('leaves code and unknown numbers as they are', () => {
    expect(numbered('process.argv', '[2] and [9], [7]')).toBe('process.argv[2] and [9], [1]');
  });

  it('goes through a text of blanks in linear time', () => {
    // A square of this length is minutes.
    expect(createMarkNumberer(new Set([7])).push(`${' '.repeat(400_000)}x`)).toHaveLength(400_001);
  });
});
