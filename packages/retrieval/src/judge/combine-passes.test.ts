import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinePasses, type ListPass } from './combine-passes.ts';
import type { Grade } from './parse-grade.ts';

const stated = (grade: Grade, reason = '') => ({ number: 1, grade, reason, quote: null });
const passOf = (order: readonly number[], grades: readonly (Grade | null)[]): ListPass => ({
  order,
  stated: grades.map((grade) => (grade === null ? [] : [stated(grade, `because ${grade}`)])),
});
const scores = (passes: readonly ListPass[], count: number) =>
  combinePasses(passes, count).map((verdict) => (verdict?.kind === 'judged' ? verdict.score : null));

const anyPasses = fc.integer({ min: 1, max: 8 }).chain((count) => {
  const grade = fc.constantFrom<Grade | null>(0, 1, 2, 3, null);
  const order = fc.shuffledSubarray(
    Array.from({ length: count }, (_, index) => index),
    { minLength: count },
  );
  const pass = fc
    .tuple(order, fc.array(grade, { minLength: count, maxLength: count }))
    .map(([ranking, grades]) => passOf(ranking, grades));
  return fc.tuple(fc.constant(count), fc.array(pass, { maxLength: 2 }));
});

describe('combinePasses', () => {
  it('cancels a preference for the first place: passages that only their place told apart keep their order', () => {
    const first = passOf([0, 1, 2], [2, 2, 2]);
    const reversed = passOf([2, 1, 0], [2, 2, 2]);
    const [one, two, three] = scores([first, reversed], 3).map((score) => score ?? Number.NaN);
    expect(one).toBeGreaterThan(two ?? Number.NaN);
    expect(two).toBeGreaterThan(three ?? Number.NaN);
  });

  it('takes the lower of two grades, with the reason that was given for it', () => {
    const [verdict] = combinePasses([passOf([0], [3]), passOf([0], [1])], 1);
    expect(verdict).toMatchObject({ stated: { grade: 1, reason: 'because 1' } });
  });

  it('keeps every score by its grade, 0–1, falling strictly along grades and mean ranks', () => {
    fc.assert(
      fc.property(anyPasses, ([count, passes]) => {
        const judged = combinePasses(passes, count).flatMap((verdict, index) =>
          verdict?.kind === 'judged' ? [{ ...verdict, index }] : [],
        );
        for (const { score, stated: said } of judged) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(Math.abs(score - said.grade / 3)).toBeLessThanOrEqual(0.01);
        }
        const ranked = judged.toSorted((left, right) => right.score - left.score);
        for (const [place, one] of ranked.entries()) {
          const next = ranked[place + 1];
          if (next === undefined) break;
          expect(one.score).toBeGreaterThan(next.score);
          expect(one.stated.grade).toBeGreaterThanOrEqual(next.stated.grade);
          if (one.stated.grade === next.stated.grade)
            expect(rankSum(passes, one.index)).toBeLessThanOrEqual(rankSum(passes, next.index));
        }
      }),
    );
  });

  it('gives a passage without a grade none', () => {
    fc.assert(
      fc.property(anyPasses, ([count, passes]) => {
        for (const [index, verdict] of combinePasses(passes, count).entries())
          expect(verdict === null).toBe(passes.every((pass) => pass.stated[index]?.length === 0));
      }),
    );
  });
});

function rankSum(passes: readonly ListPass[], index: number): number {
  return passes.reduce((sum, { order }) => sum + order.indexOf(index), 0);
}
