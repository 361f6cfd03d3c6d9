import { type Asked, holds } from './asked-of.ts';
import { termsWithJoins } from './joined-terms.ts';
import type { UnitScore } from './score-units.ts';

export interface EvidenceLimits {
  /** What the evidence must reach, or nothing is quoted. */
  readonly least: number;
  /** How near short passages must be together where none of them is enough by itself; see `likenessTogether`. */
  readonly together: number;
  /** What nearness in meaning counts for once more, beside that of the best unit; ≥ 0. */
  readonly near: number;
  /** What the words of the question that stand in headings count for; ≥ 0. */
  readonly heading: number;
}

/** A heading counts in full where one term in so many of it is asked for: a long one holds a word by chance. */
const wholeTopic = 4;
/** What it counts against an answer that a word in Latin letters of a question in Han is in no source: mostly a name. */
const missingName = 0.2;
/** Words alone speak for an answer only where they are most of the question; else it must be as near as this too. */
const leastLikeness = 0.34;
const mostWords = 0.75;
const latinWord = /^[a-z][a-z\d.+#-]+$/;
const consideredUnits = 5;

/**
 * What speaks for an answer in these sources at all: a unit that holds the words and is near in meaning, and the
 * section it stands in.
 *
 * @param ranked best first.
 * @returns about 0 where nothing does, and above 1 where words and meaning agree.
 */
export function evidenceOf(
  asked: Asked,
  ranked: readonly UnitScore[],
  { near, heading }: Omit<EvidenceLimits, 'least' | 'together'>,
): number {
  const best = ranked.slice(0, consideredUnits);
  const most = (pick: (one: UnitScore) => number) => Math.max(0, ...best.map(pick));
  const likeness = most((one) => one.likeness);
  if (likeness < leastLikeness && most((one) => one.overlap) < mostWords) return 0;
  return (
    most((one) => one.overlap + one.likeness) +
    near * most((one) => Math.max(one.likeness, one.evidence.likeness)) +
    heading * most(({ evidence }) => evidence.heading * Math.min(1, wholeTopic * evidence.topic)) -
    (lacksName(asked, ranked) ? missingName : 0)
  );
}

function lacksName({ inHan, wanted }: Asked, ranked: readonly UnitScore[]): boolean {
  const names = inHan ? wanted.filter(({ term }) => latinWord.test(term)) : [];
  return names.some(
    (name) =>
      !ranked.some(
        ({ unit, section }) =>
          holds(unit.terms, name) || holds(termsWithJoins(section.headings.join('\n')), name),
      ),
  );
}
