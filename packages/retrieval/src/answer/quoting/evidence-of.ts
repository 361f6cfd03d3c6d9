import { searchTerms } from '@winnow/text';
import { missingNames } from '../../citations/holds-names.ts';
import { type Asked, holds, type WantedTerm } from './asked-of.ts';
import { termsWithJoins } from './joined-terms.ts';
import type { UnitScore } from './score-units.ts';

export interface EvidenceLimits {
  /** What the evidence must reach, or nothing is quoted. */
  readonly least: number;
  /** How near short passages must be together where none of them is enough by itself; see `likenessTogether`. */
  readonly together: number;
  /** What nearness in meaning counts for once more, beside that of the best unit; ≥ 0. */
  readonly near: number;
  /** What it counts against an answer that a name of the question is in no source; ≥ 0. */
  readonly missingName: number;
  /** What each term of the question counts for: a passage shares less of a long one; ≥ 0. */
  readonly term: number;
}

/** Words alone speak for an answer only where they are most of the question; else it must be as near as this too. */
const leastLikeness = 0.34;
const mostWords = 0.75;
const latinWord = /^[a-z][a-z\d.+#-]+$/;
/** `MongoDB`, `HTTP/3`, `x86`: no plain word, and no abbreviation that may be written out in a source, or mistyped. */
const coined = /\p{N}|[_@#/]|\p{Ll}\p{Lu}/u;
const consideredUnits = 5;
/** A question has no more than these for {@link EvidenceLimits.term}. */
const mostTerms = 16;

/**
 * What speaks for an answer in these sources at all: a unit that holds the words and is near in meaning, and the
 * section it stands in. Nothing does where the question asks of something with a name that is no plain word, like
 * `MongoDB` or `HTTP/3`, and what is found of the best unit's document does not have it.
 *
 * @param ranked best first.
 * @returns about 0 where nothing does, and above 1 where words and meaning agree.
 */
export function evidenceOf(
  asked: Asked,
  ranked: readonly UnitScore[],
  { near, missingName, term }: Omit<EvidenceLimits, 'least' | 'together'>,
): number {
  const names = lackingNames(asked, ranked);
  const ofDocument = ranked.filter(({ section }) => section.documentId === ranked[0]?.section.documentId);
  if (!asked.inHan && lackingNames(asked, ofDocument).some((name) => coined.test(name))) return 0;
  const best = ranked.slice(0, consideredUnits);
  const most = (pick: (one: UnitScore) => number) => Math.max(0, ...best.map(pick));
  const likeness = most((one) => one.likeness);
  const isNamed = ranked[0]?.fit.name === 1;
  if (likeness < leastLikeness && most(wordsHeld) < mostWords && !isNamed) return 0;
  return (
    most((one) => wordsHeld(one) + one.likeness) +
    near * most((one) => Math.max(one.likeness, one.evidence.likeness)) +
    term * Math.min(asked.wanted.length, mostTerms) -
    (names.length > 0 ? missingName : 0)
  );
}

/**
 * Share of what is asked that a unit says, or its heading where that has most of it: what stands under `When is payday?`
 * need not repeat it. A title only names what something is asked of, and a number that is asked for must stand there.
 */
function wordsHeld({ overlap, evidence, section, fit }: UnitScore): number {
  const isUnderAsked = section.headings.length > 0 && evidence.heading >= mostWords && fit.amount >= 0;
  return isUnderAsked ? Math.max(overlap, evidence.heading) : overlap;
}

/** Names of the question that no source has; in one in Han, words in Latin letters are mostly names. */
function lackingNames({ question, inHan, wanted }: Asked, ranked: readonly UnitScore[]): readonly string[] {
  if (inHan) {
    const words = wanted.filter(({ term }) => latinWord.test(term));
    return words.filter((word) => !ranked.some((one) => isIn(one, word))).map(({ term }) => term);
  }
  const sections = new Set(ranked.map(({ section }) => section));
  const texts = [...sections].flatMap(({ title, headings, over, units }) => [
    title,
    ...headings,
    ...over,
    ...units.map(({ text }) => text),
  ]);
  const terms = new Set(wanted.map(({ term }) => term));
  // Not the `WHat` that only asks.
  return missingNames(texts.join('\n'), question).filter((name) =>
    searchTerms(name).some((term) => terms.has(term)),
  );
}

function isIn({ unit, section }: UnitScore, word: WantedTerm): boolean {
  const { headings, over } = section;
  return holds(unit.terms, word) || holds(termsWithJoins([...headings, ...over].join('\n')), word);
}
