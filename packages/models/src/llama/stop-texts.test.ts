import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStopTexts } from './stop-texts.ts';

const read = (stops: readonly string[], pieces: readonly string[]) => {
  const reader = createStopTexts(stops);
  const given = pieces.map((piece) => reader.add(piece));
  return { given: [...given, reader.rest()], stopped: reader.stopped };
};

describe('createStopTexts', () => {
  it('gives all that comes before the first stop text, however the text is cut into pieces', () => {
    const letters = fc.constantFrom('a', 'b', 'c');
    const text = fc.array(letters, { maxLength: 20 }).map((all) => all.join(''));
    const stops = fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 4 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), stops, (pieces, stopTexts) => {
        const whole = pieces.join('');
        const ends = stopTexts.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
        const { given, stopped } = read(stopTexts, pieces);
        expect(stopped).toBe(ends.length > 0);
        expect(given.join('')).toBe(whole.slice(0, Math.min(whole.length, ...ends)));
      }),
    );
  });

  it('keeps back only what may become a stop text', () => {
    expect(read(['\nUser:'], ['Yes.\n', 'Use', ' it.\nUs', 'er: more'])).toEqual({
      given: ['Yes.', '', '\nUse it.', '', ''],
      stopped: true,
    });
  });
});
