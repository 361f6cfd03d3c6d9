import type { DocumentId } from '@winnow/core';
import { headingPathOf, searchTerms, splitSentences } from '@winnow/text';
import { evidenceIn } from '../../citations/evidence-in.ts';
import { blocksIn, cellsOf, type TextBlock, withoutQuoteMarks } from '../../markup/blocks-in.ts';
import { isNavigation, proseOf, rowText, withoutIndent } from '../../markup/shown-text.ts';
import type { ContextSource } from '../answer-event.ts';
import { termsWithJoins } from './joined-terms.ts';
import { beginsWithin, partsAt, type Run, type RunPart, runsOf } from './runs-of.ts';
import { maxCodeLines, stanzasIn } from './stanzas-in.ts';

/** A sentence, an item of a list, a row of a table, a block of code or a stanza of long code: the least that is quoted. */
export interface QuoteUnit {
  readonly kind: 'sentence' | 'item' | 'row' | 'code';
  /** Number of the source that holds it, or most of it. */
  readonly n: number;
  /** Of all sources that hold some of it, in order. */
  readonly ns: readonly number[];
  /** Of its source, from 1. */
  readonly rank: number;
  /** Counts the blocks of all sources, in order; a paragraph, a list, a table and code are one each. */
  readonly block: number;
  /** `3.`, where it is a step of a list that counts; else empty. */
  readonly mark: string;
  /** As it is shown: a row as `column: value`, code with its indentation, all else without marks of lists and citations. */
  readonly text: string;
  /** What it is compared by: its text, and of code the sentence before it too, but no sentence within it. */
  readonly compared: string;
  readonly terms: ReadonlySet<string>;
}

/** What stands under one heading of one source, or of two that follow on each other. */
export interface QuoteSection {
  readonly documentId: DocumentId;
  readonly title: string;
  /** Those above it, outermost first. */
  readonly headings: readonly string[];
  /** What it stands under: what tells its units from those of other sections. */
  readonly over: readonly string[];
  /** In their order; at least one. */
  readonly units: readonly QuoteUnit[];
}

/** A semicolon or comma ends no sentence that stands alone, and what begins like these belongs to what is before. */
const goesOn = /[；;，,]$|\b(?:ext|tel|fax|rm|min|max)\.$/i;
const isTail = /^[;,:)\]}，、；：）】。]/;
/** Clauses are joined up to this many characters. */
const longestJoined = 400;
/** `TG-500`, `shop:A01`: no path of a file, and no number of a line. */
const code = /^(?:[a-z0-9_-]+:)?(?!line-\d)(?=.*\p{L})(?=.*\p{N})[\p{L}\p{N}_-]{2,32}$/u;
const stepMark = /^[ \t]*(\d{1,3}[.)、])/;
/** Of a long block of code that much is compared with the question. */
const comparedCode = 400;
/** Between quotation marks on one line of code. */
const quotedText = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
/** Han writes no spaces. */
const severalWords = /\p{Script=Han}|\S\s+\S+\s+\S/u;

/** A text without headings that is no wider is a record, a note or the like, which its title names; see {@link widthOf}. */
const widestNamed = 340;

/** What may be quoted of sources, in their order: of each what is evidence, by the headings it stands under. */
export function quoteSectionsOf(sources: readonly ContextSource[]): readonly QuoteSection[] {
  const sections: MutableSection[] = [];
  let block = 0;
  for (const run of runsOf(sources)) block = takeRun(run, block, sections);
  return withOver(sections.filter(({ units }) => units.length > 0));
}

type MutableSection = Omit<QuoteSection, 'over' | 'units'> & { readonly units: QuoteUnit[] };

/** @returns the number of the last block. */
function takeRun(run: Run, before: number, sections: MutableSection[]): number {
  const addressing = new Set(
    run.parts.filter(({ source }) => evidenceIn(source.text).addressesModel).map(({ source }) => source.n),
  );
  let block = before;
  let columns: readonly string[] = [];
  let section: MutableSection | undefined;
  let headings: readonly { readonly level: number; readonly title: string }[] = [];
  let part: RunPart | undefined;
  let lead = '';
  let from = 0;
  for (const evidence of evidenceIn(run.text).parts) {
    const offset = run.text.indexOf(evidence, from);
    from = offset + evidence.length;
    if (offset > 0) section = undefined;
    for (const one of blocksIn(evidence)) {
      block += 1;
      const { main, all } = partsAt(run, offset + one.start, offset + one.end);
      if (main === undefined) continue;
      // What a source stands under counts where it begins, unless it goes on with what is before it.
      const [begun] = all;
      if (begun !== undefined && begun !== part) {
        if (!sameTitles(headings, begun.source.headings)) {
          headings = begun.source.headings.map((title, level) => ({ level: level + 1, title }));
          section = undefined;
        }
        part = begun;
      }
      if (one.kind === 'heading') {
        headings = [
          ...headings.filter(({ level, title }) => level < one.level && title !== one.title),
          { level: one.level, title: one.title },
        ];
        section = undefined;
        lead = '';
        continue;
      }
      if (one.kind === 'table') columns = one.columns.length > 0 ? one.columns : columns;
      // What stands in a fence near an order may be part of it.
      if (one.kind === 'code' && all.some(({ source }) => addressing.has(source.n))) continue;
      const isCut = one.start === 0 && offset === 0 && beginsWithin(run);
      const units = unitsOfBlock(evidence, one, columns, { run, offset, block, lead }).slice(isCut ? 1 : 0);
      lead = one.kind === 'paragraph' ? (units.at(-1)?.text ?? '') : '';
      if (section === undefined) {
        const { documentId, title } = main.source;
        section = { documentId, title, headings: headings.map((one) => one.title), units: [] };
        sections.push(section);
      }
      section.units.push(...units);
    }
  }
  return block;
}

function sameTitles(headings: readonly { readonly title: string }[], titles: readonly string[]): boolean {
  return headings.length === titles.length && headings.every(({ title }, index) => title === titles[index]);
}

/** A text under what tells it from others: what is compared with the question. */
export function inContext({ over }: QuoteSection, text: string): string {
  const heading = headingPathOf('', over);
  return heading === '' ? text : `${heading}\n${text}`;
}

/**
 * Each with what tells its units from those of other sections: the innermost headings, or the title of a short text
 * without any that no other has. The title of a longer one says what all of it is about and would make its units alike;
 * one that several have, such as a product's over its reviews, tells nothing of theirs apart.
 */
function withOver(sections: readonly Omit<QuoteSection, 'over'>[]): readonly QuoteSection[] {
  const byTitle = Map.groupBy(sections, ({ title }) => title);
  return sections.map((section) => {
    const { title, headings, units } = section;
    const isNamed = title !== '' && byTitle.get(title)?.length === 1 && widthOf(units) <= widestNamed;
    return { ...section, over: headings.length === 0 && isNamed ? namesOf(section) : headings.slice(-2) };
  });
}

/** The title, and the number or code by which a record is known. */
function namesOf({ documentId, title }: Pick<QuoteSection, 'documentId' | 'title'>): readonly string[] {
  return code.test(documentId) ? [title, documentId.replace(/^[^:]*:/, '')] : [title];
}

/** The innermost heading, or the title. */
export function headingOf({ title, headings }: QuoteSection): string {
  return headings.at(-1) ?? title;
}

export function isCode({ kind }: QuoteUnit): boolean {
  return kind === 'code';
}

export function isProse({ kind }: QuoteUnit): boolean {
  return kind === 'sentence' || kind === 'item';
}

/** The sentence or item right before a block. */
export function unitBefore({ units }: QuoteSection, unit: QuoteUnit): readonly QuoteUnit[] {
  const before = units[units.indexOf(unit) - 1];
  return before === undefined || before.kind === 'code' || before.kind === 'row' ? [] : [before];
}

/** The units of the list, table or other block that a unit is part of. */
export function blockOf({ units }: QuoteSection, unit: QuoteUnit): readonly QuoteUnit[] {
  return units.filter(({ block }) => block === unit.block);
}

/** How much room units take, in characters; those of Chinese, Japanese and Korean count twice. */
export function widthOf(units: readonly QuoteUnit[]): number {
  return units.reduce(
    (sum, { text }) => sum + text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0),
    0,
  );
}

interface Place {
  readonly run: Run;
  /** Where the text of the block's offsets begins in the run. */
  readonly offset: number;
  readonly block: number;
  /** The sentence that a block of code stands under. */
  readonly lead: string;
}

function unitsOfBlock(
  text: string,
  block: TextBlock,
  columns: readonly string[],
  place: Place,
): readonly QuoteUnit[] {
  switch (block.kind) {
    case 'heading':
      return [];
    case 'code':
      return wholeParts(text, block).flatMap(({ start, end }) => {
        const lines = text.slice(start, end);
        const code = withoutIndent(block.isQuoted ? withoutQuoteMarks(lines) : lines);
        const lead = start === block.start ? `${place.lead}\n` : '';
        const compared = `${lead}${withoutExamples(code.slice(0, comparedCode))}`.trim();
        return unitOf('code', code, { start, end }, place, { compared });
      });
    case 'table':
      return block.rows.flatMap((range) =>
        unitOf('row', rowText(cellsOf(text.slice(range.start, range.end)), columns), range, place),
      );
    case 'list':
      return marked(
        block.items.map((range) => ({ range, item: withoutQuoteMarks(text.slice(range.start, range.end)) })),
      ).flatMap(({ range, item, mark }) =>
        isNavigation(item) ? [] : unitOf('item', proseOf(item), range, place, { mark }),
      );
    case 'paragraph': {
      const paragraph = text.slice(block.start, block.end);
      if (isNavigation(paragraph)) return [];
      let from = block.start;
      return sentencesOf(withoutQuoteMarks(paragraph)).flatMap((sentence) => {
        // Marks of quotations are gone: a sentence of several lines is not found, and counts from the one before.
        const found = text.indexOf(sentence, from);
        const start = found === -1 ? from : found;
        from = Math.min(start + sentence.length, block.end);
        return unitOf('sentence', proseOf(sentence), { start, end: start + sentence.length }, place);
      });
    }
  }
}

/** Each with its number, where the list counts; in Markdown all may be written `1.` */
function marked<Item extends { readonly item: string }>(
  items: readonly Item[],
): readonly (Item & { readonly mark: string })[] {
  const written = items.map(({ item }) => stepMark.exec(item)?.[1] ?? '');
  const isLazy = written.length > 1 && new Set(written).size === 1;
  return items.map((one, index) => {
    const mark = written[index] ?? '';
    return { ...one, mark: isLazy ? mark.replace(/\d+/, (first) => `${Number(first) + index}`) : mark };
  });
}

/** A block of code, or the stanzas of one that is too long to show or whose ends are elsewhere: of these, which are not cut. */
function wholeParts(
  text: string,
  { start, end, isBegun, isEnded }: Extract<TextBlock, { readonly kind: 'code' }>,
): readonly { readonly start: number; readonly end: number }[] {
  const code = text.slice(start, end);
  if (isBegun && isEnded && code.split('\n').length <= maxCodeLines) return [{ start, end }];
  return stanzasIn(code)
    .filter(({ isLed }, index) => isBegun || index > 0 || isLed)
    .slice(0, isEnded ? undefined : -1)
    .map((stanza) => ({ start: start + stanza.start, end: start + stanza.end }));
}

/** Code without the sentences in it, which it writes or asks by way of example: `search notes "how do I roll back?"` rolls nothing back. */
function withoutExamples(code: string): string {
  return code.replace(quotedText, (text) => (severalWords.test(text) ? '' : text));
}

function unitOf(
  kind: QuoteUnit['kind'],
  text: string,
  range: { readonly start: number; readonly end: number },
  { run, offset, block }: Place,
  { compared = text, mark = '' }: { readonly compared?: string; readonly mark?: string } = {},
): readonly QuoteUnit[] {
  if (searchTerms(text).length === 0) return [];
  const { main, all } = partsAt(run, offset + range.start, offset + range.end);
  if (main === undefined) return [];
  const { n, rank } = main.source;
  const ns = all.map(({ source }) => source.n);
  return [{ kind, n, ns, rank, block, mark, text, compared, terms: termsWithJoins(compared) }];
}

function sentencesOf(text: string): readonly string[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of splitSentences(text)) {
    const last = joined.at(-1);
    const belongs =
      last !== undefined &&
      (goesOn.test(text.slice(last.start, last.end)) || isTail.test(text.slice(start, end)));
    if (last !== undefined && belongs && end - last.start <= longestJoined) last.end = end;
    else joined.push({ start, end });
  }
  return joined.map(({ start, end }) => text.slice(start, end));
}
