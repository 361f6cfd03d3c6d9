import { createTurns, type Embedder } from '@winnow/core';
import { likenessesTo } from '../sentence-likeness.ts';
import { type Asked, holds, type WantedTerm } from './asked-of.ts';
import { type Fit, fitsAsked, turnsRound } from './fits-asked.ts';
import { termsWithJoins } from './joined-terms.ts';
import { inContext, type QuoteSection, type QuoteUnit } from './quote-unit.ts';

/** What speaks for a section as the place of the answer; each 0–1. */
interface SectionEvidence {
  /** Share of the wanted terms that its headings and text hold, rare ones first. */
  readonly coverage: number;
  /** The same of its innermost headings alone. */
  readonly heading: number;
  /** How much of a heading of these is asked for: low for a long one that holds a word of the question by chance. */
  readonly topic: number;
  /** 1 where the title of its document has a word of the question: the one of several products that is asked about. */
  readonly titled: number;
  /** How near its units are in meaning, on average over their length. */
  readonly likeness: number;
}

/** What speaks for a unit of it. */
export interface UnitScore {
  readonly section: QuoteSection;
  readonly unit: QuoteUnit;
  readonly evidence: SectionEvidence;
  /** Share of the wanted terms that the unit itself holds, 0–1. */
  readonly overlap: number;
  /** How near it is in meaning, under its heading, 0–1. */
  readonly likeness: number;
  readonly fit: Fit;
  /** Where the search has put its source: 1 the first, 0 the last. */
  readonly rank: number;
  /** 1 the first of its section, falling. */
  readonly early: number;
  /** All of it: what units are chosen by. */
  readonly score: number;
}

/** How much each kind of evidence counts. */
interface QuoteWeights {
  readonly overlap: number;
  readonly likeness: number;
  readonly amount: number;
  readonly byDefault: number;
  readonly code: number;
  readonly unaskedCode: number;
  readonly unsaid: number;
  readonly name: number;
  readonly opposite: number;
  readonly elsewhere: number;
  readonly early: number;
  readonly coverage: number;
  readonly heading: number;
  readonly topic: number;
  readonly titled: number;
  readonly sectionLikeness: number;
  readonly rank: number;
}

/**
 * Chosen on questions over the documentation of other projects, in English and Chinese, and on the first half of the
 * questions of `test/bench/answers.ts`; likeness counts most, then code where a way to do something is asked.
 */
const quoteWeights: QuoteWeights = {
  overlap: 0.5,
  likeness: 1.25,
  amount: 0.1,
  byDefault: 0.3,
  code: 0.7,
  unaskedCode: 0.15,
  unsaid: 0.7,
  name: 0.3,
  opposite: 0.55,
  elsewhere: 0.3,
  early: 0.12,
  coverage: 0.2,
  heading: 0.35,
  topic: 0.1,
  titled: 0.2,
  sectionLikeness: 0.2,
  rank: 0.33,
};

/**
 * Units embedded per answer: those that share most with the question. Nearly all of the time that an answer takes is theirs; twice
 * as many, and each section as a whole besides, answer as many questions (`test/bench/answers.ts`, first half).
 */
const maxUnitsEmbedded = 32;
const lastRank = 10;

/** What is scored. */
export interface ScoredText {
  readonly asked: Asked;
  readonly sections: readonly QuoteSection[];
}

/**
 * How well each unit answers: by words and by the likeness of vectors, its own and its section's, and by where the
 * search has put it. What is beyond the bounds is left out.
 *
 * @returns in the order of the units.
 * @throws AppError what the embedder throws.
 */
export async function scoreUnits(
  embedder: Embedder,
  { asked, sections }: ScoredText,
  signal: AbortSignal,
  weights: QuoteWeights = quoteWeights,
): Promise<readonly UnitScore[]> {
  const held = sections.map((section) => {
    const heading = termsWithJoins(section.over.join('\n'));
    const whole = section.units.reduce(
      (terms, unit) => terms.union(unit.terms),
      termsWithJoins([...section.over, ...section.headings].join('\n')),
    );
    return { section, heading, whole, topic: topicOf(section, asked) };
  });
  const weigh = weightsOf(
    asked,
    sections.flatMap(({ units }) => units),
    held,
  );
  const isTurned = turnsRound(asked.question);
  const pause = createTurns(signal);
  const scored: UnitScore[] = [];
  for (const { section, heading, whole, topic } of held) {
    const known = termsWithJoins(section.title);
    const evidence = {
      topic,
      titled: asked.wanted.some((term) => holds(known, term)) ? 1 : 0,
      coverage: shareHeld(whole, weigh),
      heading: shareHeld(heading, weigh),
      likeness: 0,
    };
    const score =
      weights.coverage * evidence.coverage +
      weights.heading * evidence.heading +
      weights.topic * topic +
      weights.titled * evidence.titled;
    for (const [index, unit] of section.units.entries()) {
      await pause();
      const overlap = shareHeld(unit.terms, weigh);
      const fit = fitsAsked(asked, isTurned, unit, known);
      const rank = rankOfUnit(unit);
      const one = { section, unit, evidence, overlap, likeness: 0, fit, rank, early: 1 / (index + 1) };
      scored.push({ ...one, score: score + ofUnit(one, weights) + weights.code * fit.code });
    }
  }
  const before = scored.sort((left, right) => right.score - left.score).slice(0, maxUnitsEmbedded);
  if (before.length === 0) return [];
  const texts = before.map(({ section, unit }) => inContext(section, unit.compared));
  const likenesses = await likenessesTo(asked.question, texts, embedder, signal);
  const near = before.map((one, index) => ({ ...one, likeness: likenesses[index] ?? 0 }));
  const bySection = Map.groupBy(near, ({ section }) => section);
  return near.map((one) => {
    const { likeness } = one;
    const ofWhole = meanLikeness(bySection.get(one.section) ?? []);
    const evidence = { ...one.evidence, likeness: ofWhole };
    // A command is an answer as far as it is about what is asked.
    const about = Math.min(1, Math.max(0, one.overlap + likeness));
    const score =
      one.score +
      weights.likeness * likeness +
      weights.sectionLikeness * ofWhole -
      weights.code * one.fit.code * (1 - about);
    return { ...one, evidence, score };
  });
}

/** Over units of a section, longer ones more. */
function meanLikeness(units: readonly UnitScore[]): number {
  const lengthOf = ({ unit }: UnitScore) => unit.compared.length;
  const length = units.reduce((sum, one) => sum + lengthOf(one), 0);
  return units.reduce((sum, one) => sum + lengthOf(one) * one.likeness, 0) / Math.max(length, 1);
}

function ofUnit(one: Omit<UnitScore, 'score'>, weights: QuoteWeights): number {
  const { overlap, fit, rank, early } = one;
  return (
    weights.overlap * overlap +
    weights.rank * rank +
    weights.early * early +
    weights.amount * fit.amount +
    weights.byDefault * fit.byDefault +
    weights.name * fit.name -
    weights.unsaid * fit.unsaid -
    weights.unaskedCode * fit.unaskedCode -
    weights.opposite * fit.opposite -
    weights.elsewhere * fit.elsewhere
  );
}

function rankOfUnit({ rank }: QuoteUnit): number {
  return 1 - (Math.min(rank, lastRank) - 1) / (lastRank - 1);
}

function topicOf({ over }: QuoteSection, { wanted }: Asked): number {
  const shares = over.map((heading) => {
    const terms = termsWithJoins(heading);
    const asked = wanted.filter(({ term, alsoBy }) => [term, ...alsoBy].some((one) => terms.has(one)));
    return Math.min(1, asked.length / Math.max(terms.size, 1));
  });
  return Math.max(0, ...shares);
}

type Weighed = readonly (readonly [WantedTerm, number])[];

/** Each wanted term with log(1 + units ÷ holders); one that nothing holds weighs most. */
function weightsOf(
  { wanted }: Asked,
  units: readonly QuoteUnit[],
  sections: readonly { readonly section: QuoteSection; readonly heading: ReadonlySet<string> }[],
): Weighed {
  return wanted.map((term) => {
    const holders = sections.reduce(
      (sum, { section, heading }) =>
        sum +
        (holds(heading, term)
          ? section.units.length
          : section.units.filter((unit) => holds(unit.terms, term)).length),
      0,
    );
    return [term, term.weight * Math.log1p(units.length / Math.max(holders, 0.5))] as const;
  });
}

/** @returns 0–1; 0 for a question without terms. */
function shareHeld(terms: ReadonlySet<string>, weighed: Weighed): number {
  const total = weighed.reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) return 0;
  return weighed.reduce((sum, [term, weight]) => (holds(terms, term) ? sum + weight : sum), 0) / total;
}
