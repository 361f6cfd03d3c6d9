import { searchTerms } from '@winnow/text';
import { type Asked, holds } from './asked-of.ts';
import { type EvidenceLimits, evidenceOf } from './evidence-of.ts';
import { hasCommand } from './fits-asked.ts';
import { termsWithJoins } from './joined-terms.ts';
import { nearGap, type Quote, type QuoteExtent, quoteAround } from './quote-around.ts';
import { headingOf, type QuoteSection, type QuoteUnit } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';
import { addedPassages, likenessTogether, maxTogether, shortPassagesOf } from './short-passages.ts';

/**
 * What decides whether there is an answer, and how much of it is quoted; what is quoted beside the best unit may be as far below it
 * as a row.
 */
interface QuoteLimits extends QuoteExtent {
  /** What the evidence must reach, or nothing is quoted; see {@link evidenceOf}. */
  readonly evidence: EvidenceLimits;
  /** The same where the best unit stands under headings, as in documentation. */
  readonly evidenceUnderHeadings: EvidenceLimits;
  /** The same two for a question in Han characters. */
  readonly evidenceInHan: EvidenceLimits;
  readonly evidenceUnderHeadingsInHan: EvidenceLimits;
}

const never = Number.POSITIVE_INFINITY;

/**
 * Chosen where the weights were (`score-units.ts`): the most answers at which each set of the first halves refuses
 * a share of what has no answer, 77 to 90 %; in Han by XQuAD and CMRC alone, 88 to 90 %. Under headings on 374 questions over
 * documentation and other texts of organisations (`test/bench/questions-elsewhere.ts`): where right answers are most and wrong ones
 * count half of them. What short passages must reach together is the round number at which ePQA's first half answers 3 in 100 more,
 * and of its questions without their snippets 1 in 272 more. In Han it is left out: on single sentences of XQuAD, CMRC and DRCD, it
 * costs more refusals than it gives answers at any number.
 */
const quoteLimits: QuoteLimits = {
  evidence: { least: 0.88, together: 0.5, near: 0.2, missingName: 0.15, term: 0 },
  evidenceUnderHeadings: { least: 1.1, together: 0.5, near: 0.3, missingName: 0.3, term: 0.02 },
  evidenceInHan: { least: 1.11, together: never, near: 0.7, missingName: 0.2, term: 0 },
  evidenceUnderHeadingsInHan: { least: 0.68, together: never, near: 0.3, missingName: 0.3, term: 0 },
  gap: 0.3,
  goal: 340,
};
/** How far below the best place the command may be that it leaves out. */
const commandGap = 0.6;
/** Share of what is asked in the headings of another document whose command is taken. */
const aboutAsked = 0.25;

/**
 * What to quote: the place of the best unit, with what else of its section is nearly as good, and a second place where it is
 * nearly as good and holds what is asked and the first leaves out. A short passage by itself is filled up by others that are near.
 *
 * @returns best first; empty where the evidence is too weak.
 */
export function chooseQuotes(
  asked: Asked,
  scored: readonly UnitScore[],
  limits: QuoteLimits = quoteLimits,
): readonly Quote[] {
  const ranked = [...scored].sort((left, right) => right.score - left.score);
  const [best] = ranked;
  const short = shortPassagesOf(scored, limits.goal);
  const passages = best !== undefined && short.has(best.section) ? short : new Set<QuoteSection>();
  const evidence = evidenceFor(asked, best, limits);
  const isEnough =
    evidenceOf(asked, ranked, evidence) >= evidence.least ||
    likenessTogether(ranked, passages) >= evidence.together;
  if (best === undefined || !isEnough) return [];
  const first = withRunnerUp(ranked, best, (one) => quoteAround(one, asked, scored, limits), limits);
  const second =
    commandBeside(asked, ranked, best, first) ?? addition(asked, ranked, best, first, limits.gap);
  const quotes = second === undefined ? [first] : [first, quoteAround(second, asked, scored, limits)];
  return [...quotes, ...passagesBeside(ranked, passages, quotes, limits)];
}

/** What the evidence must reach depends on the language, and on whether the text has headings. */
function evidenceFor({ inHan }: Asked, best: UnitScore | undefined, limits: QuoteLimits): EvidenceLimits {
  const isUnderHeadings = best !== undefined && best.section.headings.length > 0;
  if (inHan) return isUnderHeadings ? limits.evidenceUnderHeadingsInHan : limits.evidenceInHan;
  return isUnderHeadings ? limits.evidenceUnderHeadings : limits.evidence;
}

/** With the best unit of the same section that is not quoted yet: of two that are nearly as good, either may be the answer. */
function withRunnerUp(
  ranked: readonly UnitScore[],
  best: UnitScore,
  quote: (one: UnitScore) => Quote,
  { gap }: QuoteLimits,
): Quote {
  const first = quote(best);
  const { section } = best;
  const second = ranked.find(
    (one) => one.section === section && one.score >= best.score - gap && !first.units.includes(one.unit),
  );
  if (second === undefined) return first;
  const taken = new Set([...first.units, ...quote(second).units]);
  return { section, units: section.units.filter((unit) => taken.has(unit)) };
}

/** Short passages, each whole, that fill a quotation up as neighbours do within a longer text: as near, as many, as wide. */
function passagesBeside(
  ranked: readonly UnitScore[],
  passages: ReadonlySet<QuoteSection>,
  quotes: readonly Quote[],
  { goal }: QuoteLimits,
): readonly Quote[] {
  const least = (ranked[0]?.score ?? 0) - nearGap;
  // What a title of its own names is one of several things, not one more voice on the same.
  const near = ranked.filter(
    ({ section, score }) => score >= least && section.over.length === 0 && passages.has(section),
  );
  const taken = quotes.flatMap(({ units }) => units);
  const sections = new Set(near.map(({ section }) => section));
  return addedPassages(sections, taken, { most: maxTogether - quotes.length, widest: goal }).map(
    (section) => ({ section, units: section.units }),
  );
}

/** Where a way to do something is asked and none is quoted: a command elsewhere in the same document, or under a heading that speaks of it. */
function commandBeside(
  asked: Asked,
  ranked: readonly UnitScore[],
  best: UnitScore,
  { units }: Quote,
): UnitScore | undefined {
  const scores = new Map(ranked.map((one) => [one.unit, one.score]));
  const isNear = (unit: QuoteUnit) => (scores.get(unit) ?? best.score) >= best.score - nearGap;
  if (!asked.way || units.some((unit) => hasCommand(unit) && isNear(unit))) return undefined;
  return ranked.find(
    ({ section, unit, score, evidence }) =>
      section !== best.section &&
      (section.documentId === best.section.documentId || evidence.heading >= aboutAsked) &&
      score >= best.score - commandGap &&
      hasCommand(unit),
  );
}

/** A place that is nearly as good and holds what is asked and what is quoted leaves out. */
function addition(
  asked: Asked,
  ranked: readonly UnitScore[],
  best: UnitScore,
  first: Quote,
  gap: number,
): UnitScore | undefined {
  const held = termsWithJoins(textOf(first));
  const missing = asked.wanted.filter((term) => term.weight >= 1 && !holds(held, term));
  return ranked.find(
    ({ section, unit, score }) =>
      section !== best.section &&
      score >= best.score - gap &&
      missing.some((term) => holds(unit.terms, term)) &&
      !new Set(searchTerms(unit.text)).isSubsetOf(held),
  );
}

function textOf({ section, units }: Quote): string {
  return [headingOf(section), ...units.map(({ text }) => text)].join('\n');
}
