import { fenceFor } from '../../fence-for.ts';
import type { Quote } from './quote-around.ts';
import { headingOf, type QuoteSection, type QuoteUnit } from './quote-unit.ts';
import { maxCodeLines } from './stanzas-in.ts';

const wideEnd = /[\u2e80-\uffef]$/;

/**
 * A quotation as text, each stretch of one source with its mark. Items and rows have a line each, code stands in
 * fences and keeps its indentation; what does not speak for itself is led in by its heading, and a field of a record by
 * the title.
 */
export function writeQuote({ section, units }: Quote): string {
  const whole = withWholeCode(section, units);
  const follows = followsIn(section);
  const [first] = whole;
  if (first === undefined) return '';
  const parts = [];
  if (first.kind === 'code') parts.push(`${headingOf(section)}: ${marksOf([first])}`);
  else if (first.kind === 'item' && section.headings.length < section.over.length)
    parts.push(`${section.title}:`);
  const isAfterGap = gapsIn(whole, follows);
  let line: QuoteUnit[] = [];
  const flush = (code: readonly QuoteUnit[] = []) => {
    if (line.length > 0) parts.push(lineOf(line, code));
    line = [];
  };
  for (const unit of whole) {
    const before = line.at(-1);
    const goesOn =
      unit.kind === 'sentence' &&
      before?.kind === 'sentence' &&
      before.block === unit.block &&
      before.n === unit.n &&
      unit.ns.length === 1 &&
      follows(before, unit);
    if (!goesOn) flush(unit.kind === 'code' ? [unit] : []);
    if (isAfterGap(unit)) parts.push('…');
    if (unit.kind === 'code') parts.push(`\n${codeOf(unit.text)}`);
    else line.push(unit);
  }
  flush();
  return parts.join('\n');
}

/** Stanzas of one block that are quoted, as one; what is left out between them is marked. */
function withWholeCode(section: QuoteSection, units: readonly QuoteUnit[]): readonly QuoteUnit[] {
  const follows = followsIn(section);
  const whole: QuoteUnit[] = [];
  for (const [index, unit] of units.entries()) {
    const [last, before] = [whole.at(-1), units[index - 1]];
    if (unit.kind === 'code' && last?.kind === 'code' && before?.block === unit.block) {
      const ns = [...new Set([...last.ns, ...unit.ns])];
      const between = follows(before, unit) ? '\n\n' : '\n\n…\n\n';
      whole[whole.length - 1] = { ...last, ns, text: `${last.text}${between}${unit.text}` };
    } else whole.push(unit);
  }
  return whole;
}

/** Whether items of a list or rows of a table are left out right before one. */
function gapsIn(
  units: readonly QuoteUnit[],
  follows: ReturnType<typeof followsIn>,
): (unit: QuoteUnit) => boolean {
  return (unit) => {
    const before = units[units.indexOf(unit) - 1];
    const isPart = unit.kind === 'item' || unit.kind === 'row';
    return isPart && before?.block === unit.block && !follows(before, unit);
  };
}

function followsIn({ units }: QuoteSection): (before: QuoteUnit, unit: QuoteUnit) => boolean {
  return (before, unit) => units[units.indexOf(before) + 1] === unit;
}

/** @param code what stands right below and has no room for a mark: its sources are named here too. */
function lineOf(units: readonly QuoteUnit[], code: readonly QuoteUnit[]): string {
  const text = units.reduce(
    (said, one) => `${said}${said === '' || wideEnd.test(said) ? '' : ' '}${one.text}`,
    '',
  );
  const [first] = units;
  const begin = first?.kind === 'item' ? `${first.mark === '' ? '-' : first.mark} ` : '';
  return `${begin}${text} ${marksOf([...units, ...code])}`;
}

/** Each source once, in order. */
function marksOf(units: readonly QuoteUnit[]): string {
  return [...new Set(units.flatMap(({ ns }) => ns))].map((n) => `[${n}]`).join('');
}

function codeOf(code: string): string {
  const lines = code.split('\n');
  const shown = lines.length > maxCodeLines ? [...lines.slice(0, maxCodeLines), '…'].join('\n') : code;
  const fence = fenceFor([shown]);
  return `${fence}\n${shown}\n${fence}`;
}
