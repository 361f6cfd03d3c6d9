import type { Asked } from './asked-of.ts';
import { hasCommand, hasNumber } from './fits-asked.ts';
import {
  blockOf,
  isCode,
  isProse,
  type QuoteSection,
  type QuoteUnit,
  unitBefore,
  widthOf,
} from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';

/** Units of one section in their order, not all of which follow on each other. */
export interface Quote {
  readonly section: QuoteSection;
  readonly units: readonly QuoteUnit[];
}

/** How much of a place is quoted. */
export interface QuoteExtent {
  /** How far below the best another row of a table, or stanza of code, may be. */
  readonly gap: number;
  /** What a quotation of sentences is filled up to by their neighbours; see {@link widthOf}. */
  readonly goal: number;
}

const maxSentences = 3;
/** A list or table of no more is shown whole. */
const maxBlockWidth = 900;
/** How far the code may be that is quoted with a sentence, in units; where a command stands in the sentence, next to it. */
const furthestCode = 4;
/** What is as near as this to the best unit is quoted with it, up to a greater width. */
export const nearGap = 0.5;
const widestNear = 700;
/** Share of what is asked that a heading has which leads to the list below it. */
const aboutAsked = 0.5;
/** A longer list is shown whole only where several things or the steps of a way are asked for. */
const shortList = 6;
/** How far from what is quoted the number is looked for that a question asks for, in units. */
const furthestNumber = 2;
const widestWarning = 160;
/** Steps with the code between them take more room than a list. */
const widestSteps = 1_800;
/** `Example:` says nothing of what it leads to. */
const bareLead =
  /^\W*(?:[\p{Script=Latin}]+\W+){0,2}[\p{Script=Latin}]+[:：][*_]*$|^\P{L}*\p{Script=Han}{1,4}[:：][*_]*$/u;
/** What it leads to follows: a list, the code, or the answer of a question that the text itself asks. */
const leadsOn = /[:：?？][*_]*$/;
/** Begins with what was said before. */
const leansBack =
  /^(?:all of (?:this|these|them)|it|its|they|their|this|that|these|those|he|she|then|otherwise|so|but|however|also|therefore|thus|instead|such|both|here|there)\b|^(?:它|他们|这|那|此|因此|所以|但|否则|然后|另外|同时|其中|这样|不过|而且|反之)/i;

/**
 * A unit with what belongs to it in its section: neighbours, the list, table or code that it leads to, the number that is asked for.
 *
 * @param scored units that were compared; others count least.
 */
export function quoteAround(
  { section, unit, score, evidence }: UnitScore,
  asked: Asked,
  scored: readonly UnitScore[],
  { gap, goal }: QuoteExtent,
): Quote {
  const scores = new Map(scored.map((one) => [one.unit, one.score]));
  const place: Around = {
    section,
    asked,
    isAsked: evidence.heading >= aboutAsked,
    scoreOf: (one) => scores.get(one) ?? 0,
  };
  const units =
    unit.kind === 'code'
      ? codeAround(place, unit, score - gap)
      : unit.kind === 'row'
        ? rowsAround(place, unit, score - gap)
        : withCode(place, withWhatFollows(place, withNumber(place, proseAround(place, unit, { goal, gap }))));
  return { section, units: withSteps(place, withoutLooseEnds(units)) };
}

interface Around {
  readonly section: QuoteSection;
  readonly asked: Asked;
  /** Whether its headings say most of what is asked. */
  readonly isAsked: boolean;
  readonly scoreOf: (unit: QuoteUnit) => number;
}

/** A sentence with its neighbours, to three; an item with those nearly as good, or its whole list. */
function proseAround(place: Around, unit: QuoteUnit, { goal, gap }: QuoteExtent): readonly QuoteUnit[] {
  const { section, scoreOf } = place;
  const { units } = section;
  if (unit.kind === 'item') return wholeList(place, unit) ?? rowsAround(place, unit, scoreOf(unit) - gap);
  let first = units.indexOf(unit);
  let last = first;
  const taken = () => units.slice(first, last + 1);
  while (first > 0 && taken().length < maxSentences && leansBack.test(units[first]?.text ?? '')) {
    const before = units[first - 1];
    if (before === undefined || !isProse(before)) break;
    first -= 1;
  }
  while (taken().length < maxSentences) {
    const [before, after] = [units[first - 1], units[last + 1]];
    const led = leadsOn.test(units[last]?.text ?? '');
    const canBefore = before !== undefined && isProse(before);
    const canAfter = after !== undefined && isProse(after) && !(led && after.kind === 'item');
    if (!(canBefore || canAfter)) break;
    const takesAfter = canAfter && (!canBefore || led || scoreOf(after) >= scoreOf(before));
    const next = takesAfter ? after : before;
    if (next === undefined) break;
    const width = widthOf([...taken(), next]);
    if (width > (scoreOf(next) >= scoreOf(unit) - nearGap ? widestNear : goal)) break;
    if (takesAfter) last += 1;
    else first -= 1;
  }
  return taken();
}

/**
 * The list of an item with the sentence that leads to it, or that stands under a heading that is asked; null where it is
 * too long, or neither leads to it.
 */
function wholeList({ section, asked, isAsked }: Around, unit: QuoteUnit): readonly QuoteUnit[] | null {
  const list = blockOf(section, unit);
  const [first] = list;
  if (first === undefined || widthOf(list) > maxBlockWidth) return null;
  const lead = unitBefore(section, first).filter(({ text }) => leadsOn.test(text));
  const isWanted = asked.several || asked.way;
  if (lead.length > 0 && (isWanted || list.length <= shortList)) return [...lead, ...list];
  return isAsked && isWanted && section.units[0] === first ? list : null;
}

/** Where a number is asked and none is quoted: with what stands between it and the next one near by. */
function withNumber({ section, asked }: Around, taken: readonly QuoteUnit[]): readonly QuoteUnit[] {
  if (!asked.amount || taken.some(hasNumber)) return taken;
  const { units } = section;
  const [first, last] = [taken[0], taken.at(-1)];
  if (first === undefined || last === undefined) return taken;
  const [start, end] = [units.indexOf(first), units.indexOf(last) + 1];
  for (let step = 1; step <= furthestNumber; step += 1) {
    const before = units.slice(Math.max(0, start - step), start);
    const after = units.slice(end, end + step);
    if (before.some(isNumberedProse)) return [...before, ...taken];
    if (after.some(isNumberedProse)) return [...taken, ...after];
  }
  return taken;
}

function isNumberedProse(unit: QuoteUnit): boolean {
  return isProse(unit) && hasNumber(unit);
}

/** Without an `Example:` that nothing or the wrong thing follows, at both ends. */
function withoutLooseEnds(units: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const [first] = units;
  const isBare = units.length > 1 && first?.kind === 'sentence' && bareLead.test(first.text);
  const begun = isBare ? units.slice(1) : units;
  const last = begun.at(-1);
  const isLoose = begun.length > 1 && last?.kind === 'sentence' && leadsOn.test(last.text);
  return isLoose ? begun.slice(0, -1) : begun;
}

/**
 * Where a way to do something is asked, with all steps of the one that a section describes, the code between them and the
 * sentence that leads to them: a procedure of which steps are left out is another one.
 */
function withSteps({ section, asked, isAsked }: Around, taken: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const { units } = section;
  const steps = units.filter(({ mark }) => mark !== '');
  const [first, last] = [steps[0], steps.at(-1)];
  if (!asked.way || first === undefined || last === undefined || steps.length < 2) return taken;
  if (!(isAsked || taken.some((unit) => steps.includes(unit)))) return taken;
  const [start, end] = [units.indexOf(first), units.indexOf(last)];
  const code = units[end + 1]?.kind === 'code' ? 1 : 0;
  const lead = unitBefore(section, first).filter(({ text }) => leadsOn.test(text));
  const whole = new Set([...lead, ...units.slice(start, end + 1 + code), ...taken]);
  const all = units.filter((unit) => whole.has(unit));
  return widthOf(all) <= widestSteps ? all : taken;
}

/** With the list, the table or the code that the last sentence leads to, or that a `how` asks for. */
function withWhatFollows(place: Around, taken: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const { section, asked, scoreOf } = place;
  const last = taken.at(-1);
  const next = last === undefined ? undefined : section.units[section.units.indexOf(last) + 1];
  if (last === undefined || next === undefined || next.block === last.block) return taken;
  const isLed = leadsOn.test(last.text);
  if (next.kind === 'code') return isLed || asked.way ? [...taken, bestStanza(place, next)] : taken;
  if (!isLed) return taken;
  const block = blockOf(section, next);
  if (widthOf(block) <= maxBlockWidth) return [...taken, ...block];
  const best = [...block].sort((left, right) => scoreOf(right) - scoreOf(left)).slice(0, maxSentences);
  return [...taken, ...block.filter((one) => best.includes(one))];
}

/** Where a way to do something is asked and no code is quoted: with the nearest code of the section and what lies between. */
function withCode(place: Around, taken: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const { section, asked } = place;
  const [first, last] = [taken[0], taken.at(-1)];
  if (!asked.way || first === undefined || last === undefined || taken.some(isCode)) return taken;
  const { units } = section;
  const reach = taken.some(hasCommand) ? 1 : furthestCode;
  const [start, end] = [units.indexOf(first), units.indexOf(last) + 1];
  const after = units.slice(end, end + reach).findIndex(isCode);
  const before = units.slice(0, start).findLastIndex(isCode);
  if (after !== -1 && (after < start - before || before === -1)) {
    const code = units.slice(end + after, end + after + 1).map((one) => bestStanza(place, one));
    return [...taken, ...units.slice(end + Math.max(0, after - 1), end + after), ...code];
  }
  if (before === -1 || start - before > reach) return taken;
  const code = units.slice(before, before + 1).map((one) => bestStanza(place, one));
  return [...code, ...units.slice(before + 1, start), ...taken];
}

/** A block of code with what leads to it; of a long one, a stanza with those beside it that are nearly as good. */
function codeAround({ section, scoreOf }: Around, unit: QuoteUnit, least: number): readonly QuoteUnit[] {
  const stanzas = blockOf(section, unit);
  const isNear = (at: number) => {
    const one = stanzas[at];
    return one !== undefined && scoreOf(one) >= least;
  };
  let first = stanzas.indexOf(unit);
  let last = first;
  while (last - first + 1 < maxSentences && (isNear(first - 1) || isNear(last + 1))) {
    if (isNear(last + 1)) last += 1;
    else first -= 1;
  }
  const [begin] = stanzas;
  const lead = first === 0 && begin !== undefined ? unitBefore(section, begin) : [];
  return [...leadWithWarning(section, lead), ...stanzas.slice(first, last + 1)];
}

/** What leads to code, with the sentence before it in its paragraph: `Never do that. Do this instead:`. */
function leadWithWarning({ units }: QuoteSection, lead: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const [last] = lead;
  const before = last === undefined ? undefined : units[units.indexOf(last) - 1];
  const isNear = before !== undefined && before.block === last?.block && widthOf([before]) <= widestWarning;
  return isNear ? [before, ...lead] : lead;
}

/** Of the block that a stanza is of, the best one. */
function bestStanza({ section, scoreOf }: Around, unit: QuoteUnit): QuoteUnit {
  return blockOf(section, unit).reduce((best, one) => (scoreOf(one) > scoreOf(best) ? one : best), unit);
}

/**
 * A row or item with those of its table or list that are nearly as good; all of a short one where so many are that nothing
 * tells which is meant, such as the range that a number lies in.
 */
function rowsAround({ section, scoreOf }: Around, unit: QuoteUnit, least: number): readonly QuoteUnit[] {
  const table = blockOf(section, unit);
  const good = [...table]
    .sort((left, right) => scoreOf(right) - scoreOf(left))
    .filter((one) => one === unit || scoreOf(one) >= least);
  const isShort = table.length <= shortList && widthOf(table) <= maxBlockWidth;
  if (good.length >= maxSentences && isShort) return table;
  const near = good.slice(0, maxSentences);
  return table.filter((one) => near.includes(one));
}
