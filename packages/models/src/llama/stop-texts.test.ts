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
        const found = [...whole]
          .map((_, at) => whole.slice(0, at + 1))
          .find((begun) => stopTexts.some((stop) => begun.endsWith(stop)));
        const ended = stopTexts.filter((stop) => found?.endsWith(stop)).map((stop) => stop.length);
        const { given, stopped } = read(stopTexts, pieces);
        expect(stopped).toBe(found !== undefined);
        expect(given.join('')).toBe(
          found === undefined ? whole : found.slice(0, found.length - Math.max(...ended)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('stops at the text that is whole first, also inside one that began before it', () => {
    const ended = { given: ['a', ''], stopped: true };
    expect(read(['c', 'acba'], ['acba'])).toEqual(ended);
    expect(read(['c', 'acba'], ['ac', 'ba'])).toEqual({ given: ['a', '', ''], stopped: true });
  });

  it('keeps back only what may become a stop text', () => {
    expect(read(['\nUser:'], ['Yes.\n', 'Use', ' it.\nUs', 'er: more'])).toEqual({
      given: ['Yes.', '', '\nUse it.', '', ''],
      stopped: true,
    });
  });
});
