import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAbstainFilter, endsInMarker } from './abstain-filter.ts';

const filtered = (deltas: readonly string[]) => {
  const filter = createAbstainFilter();
  const shown = deltas.map((delta) => filter.push(delta)).join('');
  const { abstained, rest } = filter.end();
  return { text: shown + rest, abstained };
};

describe('createAbstainFilter', () => {
  it.each([[['NO_ANSWER']], [['NO', '_ANS', 'WER', '.']], [['\n "NO_', 'ANSWER"']]])(
    'shows nothing of %j and knows that the model abstained',
    (deltas) => {
      expect(filtered(deltas)).toEqual({ text: '', abstained: true });
    },
  );

  it.each([['NO'], ['NOT so fast'], ['No answer is needed'], ['  «Ja» [1]'], ['']])(
    'shows all of %j',
    (text) => {
      expect(filtered([text])).toEqual({ text, abstained: false });
    },
  );

  it('shows an answer whole, however it is cut into pieces, and what is sure at once', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (deltas) => {
        const text = deltas.join('');
        fc.pre(!text.includes('NO_ANSWER'));
        expect(filtered(deltas)).toEqual({ text, abstained: false });
      }),
    );
    expect(createAbstainFilter().push('Yes')).toBe('Yes');
  });

  it('looks for the marker at the end of a text of blanks in linear time', () => {
    // A square of this length is minutes.
    expect(endsInMarker(`${' '.repeat(400_000)}x`)).toBe(false);
    expect(endsInMarker(`${' '.repeat(400_000)}NO_ANSWER.`)).toBe(true);
  });
});
