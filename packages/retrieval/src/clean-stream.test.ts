import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCleanStream } from './clean-stream.ts';
import { cleanText } from './clean-text.ts';

describe('createCleanStream', () => {
  it('cleans as if the text had come in one piece, wherever it is cut', () => {
    const unit = fc.constantFrom(
      'a',
      'ک',
      '\u200C',
      '\u200D',
      '\u200B',
      '\r',
      '\n',
      '😀',
      '\uD83D',
      '水',
      'é',
      '\u0301',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), fc.array(fc.nat(16)), (text, cuts) => {
        const clean = createCleanStream();
        const borders = [0, ...cuts.sort((left, right) => left - right), text.length];
        const pieces = borders.slice(1).map((border, index) => text.slice(borders[index], border));
        expect(pieces.map((piece) => clean.push(piece)).join('') + clean.end()).toBe(cleanText(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
