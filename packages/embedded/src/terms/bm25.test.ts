import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestPlaces } from './bm25.ts';

test('the best places are those of the k best scores that are admitted, and all that tie with the last of them', () => {
  // Few different scores, so that many tie, and mostly none.
  const score = fc.oneof(
    fc.constant(0),
    fc.constantFrom(0.5, 1, 2),
    fc.double({ min: 0.001, max: 9, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc.array(score, { maxLength: 200 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 4 }),
      (scores, k, every) => {
        const admits = (place: number) => place % every === 0;
        const found = bestPlaces(Float64Array.from(scores), k, admits);
        const admitted = [...scores.keys()].filter((place) => admits(place) && scores[place] !== 0);
        const ranked = admitted.map((place) => scores[place] ?? 0).sort((left, right) => right - left);
        const floor = ranked[k - 1] ?? 0;
        expect(found.map((place) => scores[place])).toEqual(ranked.filter((one) => one >= floor));
        expect(found.toSorted()).toEqual(
          admitted.filter((place) => (scores[place] ?? 0) >= floor).toSorted(),
        );
      },
    ),
  );
});
