import { headingPathOf, searchTerms, splitSentences } from '@winnow/text';
import { evidenceIn } from '../../citations/evidence-in.ts';
import { parseCitations } from '../../citations/parse-citations.ts';
import type { ContextSource } from '../answer-event.ts';
import { blocksIn, cellsOf, type TextBlock } from './blocks-in.ts';
import { termsWithJoins } from './joined-terms.ts';

/** A sentence, an item of a list, a row of a table or a block of code: the least that is quoted. */
export interface QuoteUnit {
  readonly kind: 'sentence' | 'item' | 'row' | 'code';
  /** Number of its source. */
  readonly n: number;
  /** Of its source, from 1. */
  readonly rank: number;
  /** Counts the blocks of all sources, in order; a paragraph, a list, a table and code are one each. */
  readonly block: number;
  /** As it is shown: a row as `column: value`, code with its indentation, all else without marks of lists and citations. */
  readonly text: string;
  /** What it is compared by: its text, and of code the sentence before it too. */
  readonly compared: string;
  readonly terms: ReadonlySet<string>;
}

/** What stands under one heading of one source, or of two that follow on each other. */
export interface QuoteSection {
  readonly title: string;
  /** Those above it, outermost first. */
  readonly headings: readonly string[];
  /** In their order; at least one. */
  readonly units: readonly QuoteUnit[];
}

/** A semicolon or comma ends no sentence that stands alone, and what begins like these belongs to what is before. */
const goesOn = /[；;，,]$/;
const isTail = /^[;,:)\]}，、；：）】。]/;
/** Clauses are joined up to this many characters. */
const longestJoined = 400;
/** Of a long block of code that much is compared with the question. */
const comparedCode = 400;
const leadingMark = /^[ \t]*(?:[-*+•·>]|\d{1,3}[.)、])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const quoteMark = /^[ \t]*>[ \t]?/gm;
const container = /^[ \t]*:{3,}.*$/gm;
const tag = /<!--[\s\S]*?-->|<\/?(?:a|b|br|code|div|em|i|img|kbd|p|span|strong|sub|sup|wbr|h[1-6])\b[^>]*>/gi;
const image = /!\[([^\]]*)\]\([^)\s]*\)/g;
/** A link that leads nowhere outside of its page: its text remains. */
const innerLink = /\[([^\]]+)\]\((?!https?:)[^)\s]*\)/g;

/** What may be quoted of sources, in their order: of each what is evidence, by the headings it stands under. */
export function quoteSectionsOf(sources: readonly ContextSource[]): readonly QuoteSection[] {
  const sections: { title: string; headings: readonly string[]; units: QuoteUnit[] }[] = [];
  let block = 0;
  let before: ContextSource | null = null;
  let columns: readonly string[] = [];
  for (const source of sources) {
    const touches: boolean = before !== null && follows(before, source);
    if (!touches) columns = [];
    const { parts, addressesModel } = evidenceIn(source.text);
    for (const [index, part] of parts.entries()) {
      let headings = source.headings.map((title, level) => ({ level: level + 1, title }));
      let section = touches && index === 0 ? sections.at(-1) : undefined;
      let lead = '';
      for (const one of blocksIn(part)) {
        block += 1;
        if (one.kind === 'heading') {
          headings = [
            ...headings.filter(({ level }) => level < one.level),
            { level: one.level, title: one.title },
          ];
          section = undefined;
          lead = '';
          continue;
        }
        if (one.kind === 'table' && one.columns.length > 0) columns = one.columns;
        // Half a block says little, and what stands in a fence near an order may be part of it.
        if (one.kind === 'code' && (addressesModel || !one.isWhole)) continue;
        const units = unitsOfBlock(part, one, columns, { n: source.n, rank: source.rank, block, lead });
        lead = one.kind === 'paragraph' ? (units.at(-1)?.text ?? '') : '';
        if (section === undefined) {
          section = { title: source.title, headings: headings.map(({ title }) => title), units: [] };
          sections.push(section);
        }
        section.units.push(...units);
      }
    }
    before = source;
  }
  return sections.filter(({ units }) => units.length > 0);
}

/**
 * Innermost headings and text: what is compared with the question. A title says what all of a document is about, and
 * would make its units alike.
 */
export function inContext({ headings }: QuoteSection, text: string): string {
  const heading = headingPathOf('', headings.slice(-2));
  return heading === '' ? text : `${heading}\n${text}`;
}

/** Whether two chunks stand next to each other in their document. */
function follows(one: ContextSource, next: ContextSource): boolean {
  return one.documentId === next.documentId && next.position === one.position + 1;
}

interface Place {
  readonly n: number;
  readonly rank: number;
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
    case 'code': {
      const code = withoutIndent(text.slice(block.start, block.end));
      return unitOf('code', code, `${place.lead}\n${code.slice(0, comparedCode)}`.trim(), place);
    }
    case 'table':
      return block.rows.flatMap(({ start, end }) => {
        const shown = rowText(cellsOf(text.slice(start, end)), columns);
        return unitOf('row', shown, shown, place);
      });
    case 'list':
      return block.items.flatMap(({ start, end }) => {
        const shown = proseOf(text.slice(start, end));
        return unitOf('item', shown, shown, place);
      });
    case 'paragraph':
      return sentencesOf(text.slice(block.start, block.end).replace(quoteMark, '')).flatMap((sentence) => {
        const shown = proseOf(sentence);
        return unitOf('sentence', shown, shown, place);
      });
  }
}

function unitOf(
  kind: QuoteUnit['kind'],
  text: string,
  compared: string,
  { n, rank, block }: Place,
): readonly QuoteUnit[] {
  if (searchTerms(text).length === 0) return [];
  return [{ kind, n, rank, block, text, compared, terms: termsWithJoins(compared) }];
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

/** Brackets that would read as citations of ours go, as do marks of lists, tags and links within a site; lines become one. */
function proseOf(text: string): string {
  const bare = text.replace(leadingMark, '').replace(container, '').replace(tag, '').replace(image, '$1');
  return parseCitations(bare.replace(innerLink, '$1')).text.replace(/\s+/g, ' ').trim();
}

/** `column: value; column: value`; what has no column stands alone. */
function rowText(cells: readonly string[], columns: readonly string[]): string {
  const named = columns.length === cells.length;
  return cells
    .map((cell, index) => [named ? (columns[index] ?? '') : '', proseOf(cell)] as const)
    .filter(([, cell]) => /[\p{L}\p{N}✓]/u.test(cell))
    .map(([column, cell]) => (column === '' ? cell : `${proseOf(column)}: ${cell}`))
    .join('; ');
}

/** Code as it stands, moved to the left as a whole. */
function withoutIndent(code: string): string {
  const lines = code.replaceAll('\r', '').split('\n');
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(least).trimEnd()).join('\n');
}
