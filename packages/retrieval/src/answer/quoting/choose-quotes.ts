import { searchTerms } from '@winnow/text';
import { type Asked, holds } from './asked-of.ts';
import { termsWithJoins } from './joined-terms.ts';
import type { QuoteSection, QuoteUnit } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';

/** Units of one place in their order. */
export interface Quote {
  /** The innermost heading that it stands under, or the title. */
  readonly heading: string;
  readonly units: readonly QuoteUnit[];
}

/** What decides whether there is an answer, and how much of it is quoted. */
interface QuoteLimits {
  /** What the evidence must reach, or nothing is quoted; see {@link evidenceOf}. */
  readonly least: number;
  /** The same for a question in Han characters. */
  readonly leastInHan: number;
  /** How far below the best a second place, or another row of a table, may be. */
  readonly gap: number;
  /** What a quotation of sentences is filled up to by their neighbours, as {@link widthOf} counts. */
  readonly goal: number;
}

/**
 * Chosen where the weights were (`score-units.ts`). A lower `least` answers more and refuses less: on the first half of
 * XQuAD English 0.9 refuses 65 % of what has no answer and 1.0 79 %, while the answers quoted rightly fall from 93 % to
 * 92 %.
 */
const quoteLimits: QuoteLimits = { least: 1, leastInHan: 0.94, gap: 0.3, goal: 340 };

const maxSentences = 3;
/** A list or table of no more is shown whole. */
const maxBlockWidth = 900;
/** Sentences between what is quoted and the code that is quoted with it. */
const furthestCode = 3;
/** A command or call in the sentence itself. */
const command = /`[^`\n]*[\s(=][^`\n]*`/;
/** A neighbour that is as near as this is quoted too, up to a greater width. */
const nearGap = 0.5;
const widestNear = 700;
const colon = /[:：][*_]*$/;
/** Begins with what was said before. */
const leansBack =
  /^(?:all of (?:this|these|them)|it|its|they|their|this|that|these|those|he|she|then|otherwise|so|but|however|also|therefore|thus|instead|such|both|here|there)\b|^(?:它|他们|这|那|此|因此|所以|但|否则|然后|另外|同时|其中|这样|不过|而且|反之)/i;

/**
 * What to quote: the place of the best unit, and a second one where it is nearly as good and holds what is asked
 * and the first leaves out.
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
  const least = asked.inHan ? limits.leastInHan : limits.least;
  if (best === undefined || evidenceOf(ranked) < least) return [];
  const first = quoteAround(best, asked, scored, limits);
  const shown = textOf(first);
  const held = termsWithJoins(shown);
  const missing = asked.wanted.filter((term) => term.weight === 1 && !holds(held, term));
  const second = ranked.find(
    ({ section, unit, score }) =>
      section !== best.section &&
      score >= best.score - limits.gap &&
      missing.some((term) => holds(unit.terms, term)) &&
      !new Set(searchTerms(unit.text)).isSubsetOf(held),
  );
  return second === undefined ? [first] : [first, quoteAround(second, asked, scored, limits)];
}

/**
 * What speaks for an answer in these sources at all: a unit that holds the words and is near in meaning, and the
 * section it stands in.
 */
export function evidenceOf(ranked: readonly UnitScore[]): number {
  const near = ranked.slice(0, 5);
  const most = (pick: (one: UnitScore) => number) => Math.max(...near.map(pick));
  return (
    most((one) => one.overlap + one.likeness) +
    0.4 * most((one) => Math.max(one.likeness, one.evidence.likeness)) +
    0.5 * most((one) => one.evidence.heading)
  );
}

function textOf({ heading, units }: Quote): string {
  return [heading, ...units.map(({ text }) => text)].join('\n');
}

function quoteAround(
  { section, unit, score }: UnitScore,
  asked: Asked,
  scored: readonly UnitScore[],
  { gap, goal }: QuoteLimits,
): Quote {
  const scores = new Map(scored.map((one) => [one.unit, one.score]));
  const place: Around = { section, asked, scoreOf: (one) => scores.get(one) ?? 0 };
  const units =
    unit.kind === 'code'
      ? [...unitBefore(section, unit), unit]
      : unit.kind === 'row'
        ? rowsAround(place, unit, score - gap)
        : withCode(place, withWhatFollows(place, proseAround(place, unit, goal)));
  return { heading: section.headings.at(-1) ?? section.title, units };
}

interface Around {
  readonly section: QuoteSection;
  readonly asked: Asked;
  readonly scoreOf: (unit: QuoteUnit) => number;
}

/** A sentence or item with its neighbours, to three; a short list that a colon leads to stays whole. */
function proseAround({ section, scoreOf }: Around, unit: QuoteUnit, goal: number): readonly QuoteUnit[] {
  const { units } = section;
  if (unit.kind === 'item') {
    const list = blockOf(section, unit);
    const lead =
      list[0] === undefined ? [] : unitBefore(section, list[0]).filter(({ text }) => colon.test(text));
    if (lead.length > 0 && widthOf(list) <= maxBlockWidth) return [...lead, ...list];
  }
  let first = units.indexOf(unit);
  let last = first;
  const isProse = (one: QuoteUnit | undefined) => one?.kind === 'sentence' || one?.kind === 'item';
  const taken = () => units.slice(first, last + 1);
  while (first > 0 && taken().length < maxSentences && leansBack.test(units[first]?.text ?? '')) {
    if (!isProse(units[first - 1])) break;
    first -= 1;
  }
  while (taken().length < maxSentences) {
    const [before, after] = [units[first - 1], units[last + 1]];
    const led = colon.test(units[last]?.text ?? '');
    const canBefore = isProse(before) && before !== undefined;
    const canAfter = isProse(after) && after !== undefined && !(led && after.kind === 'item');
    if (!(canBefore || canAfter)) break;
    const takesAfter = canAfter && (!canBefore || scoreOf(after) >= scoreOf(before));
    const next = takesAfter ? after : before;
    if (next === undefined) break;
    const width = widthOf([...taken(), next]);
    if (width > (scoreOf(next) >= scoreOf(unit) - nearGap ? widestNear : goal)) break;
    if (takesAfter) last += 1;
    else first -= 1;
  }
  return taken();
}

/** With the list, the table or the code that the last sentence leads to, or that a `how` asks for. */
function withWhatFollows(
  { section, asked, scoreOf }: Around,
  taken: readonly QuoteUnit[],
): readonly QuoteUnit[] {
  const last = taken.at(-1);
  const next = last === undefined ? undefined : section.units[section.units.indexOf(last) + 1];
  if (last === undefined || next === undefined || next.block === last.block) return taken;
  const isLed = colon.test(last.text);
  if (next.kind === 'code') return isLed || asked.way ? [...taken, next] : taken;
  if (!isLed) return taken;
  const block = blockOf(section, next);
  if (widthOf(block) <= maxBlockWidth) return [...taken, ...block];
  const best = [...block].sort((left, right) => scoreOf(right) - scoreOf(left)).slice(0, maxSentences);
  return [...taken, ...block.filter((one) => best.includes(one))];
}

/** Where a way to do something is asked and no code is quoted: with the next code of the section and what leads to it. */
function withCode({ section, asked }: Around, taken: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const last = taken.at(-1);
  if (
    !asked.way ||
    last === undefined ||
    taken.some(({ kind, text }) => kind === 'code' || command.test(text))
  )
    return taken;
  const rest = section.units.slice(section.units.indexOf(last) + 1);
  const at = rest.findIndex(({ kind }) => kind === 'code');
  if (at === -1 || at > furthestCode) return taken;
  return [...taken, ...rest.slice(Math.max(0, at - 1), at + 1)];
}

/** A row with those of its table that are nearly as good. */
function rowsAround({ section, scoreOf }: Around, unit: QuoteUnit, least: number): readonly QuoteUnit[] {
  const table = blockOf(section, unit);
  const near = [...table]
    .sort((left, right) => scoreOf(right) - scoreOf(left))
    .filter((one) => one === unit || scoreOf(one) >= least)
    .slice(0, maxSentences);
  return table.filter((one) => near.includes(one));
}

/** The sentence or item right before a block. */
function unitBefore({ units }: QuoteSection, unit: QuoteUnit): readonly QuoteUnit[] {
  const before = units[units.indexOf(unit) - 1];
  return before === undefined || before.kind === 'code' || before.kind === 'row' ? [] : [before];
}

function blockOf({ units }: QuoteSection, unit: QuoteUnit): readonly QuoteUnit[] {
  return units.filter(({ block }) => block === unit.block);
}

/** Characters; those of Chinese, Japanese and Korean count twice. */
function widthOf(units: readonly QuoteUnit[]): number {
  return units.reduce(
    (sum, { text }) => sum + text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0),
    0,
  );
}
