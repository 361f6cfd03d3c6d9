import { type Span, searchTerms, splitSentences } from '@winnow/text';
import { codeBlocks } from './code-spans.ts';
import type { CitationMark } from './parse-citations.ts';

/** A sentence of an answer with the marks that belong to it. */
export interface Claim extends Span {
  readonly marks: readonly CitationMark[];
  /** Claims of one paragraph have one number, in order. */
  readonly paragraph: number;
  /** A heading, or words that lead to what follows (`Do this:`). */
  readonly leads: boolean;
}

/** Dots for what is left out say nothing, and a mark behind them is of the sentence before. */
const says = /[\p{L}\p{N}\p{So}]|[:：]$/u;
/** What a paragraph ends with. */
const paragraphBreak = /\n[ \t]*\n|\n(?=#{1,6}[ \t])/;
const heading = /^#{1,6}[ \t]/;
const leadIn = /[:：][*_]*$/;
/** Longer ones say something. */
const longestLeadIn = 12;

/**
 * Cuts an answer into sentences; a block of code is one. A mark belongs to the sentence it stands in or behind; at
 * the start of a line, to the one that follows.
 */
export function claimsIn(text: string, marks: readonly CitationMark[]): readonly Claim[] {
  const spans = spansOf(text, marks);
  const owners = Map.groupBy(marks, ({ offset }) => {
    const begins = offset === 0 || text[offset - 1] === '\n';
    return begins
      ? spans.findIndex(({ end }) => end > offset)
      : spans.findLastIndex(({ start }) => start < offset);
  });
  let paragraph = 0;
  return spans.map(({ start, end }, index) => {
    const before = spans[index - 1]?.end ?? 0;
    if (paragraphBreak.test(text.slice(before, start))) paragraph += 1;
    const said = text.slice(start, end);
    const leads = heading.test(said) || (leadIn.test(said) && searchTerms(said).length <= longestLeadIn);
    return { start, end, marks: owners.get(index) ?? [], paragraph, leads };
  });
}

function spansOf(text: string, marks: readonly CitationMark[]): readonly Span[] {
  const blocks = codeBlocks(text);
  const ends = marks.map(({ offset }) => offset).filter((offset) => endsLine.test(text.slice(offset)));
  const sentences = splitSentences(text)
    .flatMap((span) => cutAt(text, span, ends))
    .filter(
      ({ start, end }) =>
        says.test(text.slice(start, end)) && !blocks.some((block) => start < block.end && block.start < end),
    );
  return [...sentences, ...blocks].sort((left, right) => left.start - right.start);
}

/** A mark at the end of a line ends what it is for, be there a stop or not. */
const endsLine = /^[ \t]*\n/;

function cutAt(text: string, { start, end }: Span, ends: readonly number[]): readonly Span[] {
  const cuts = [start, ...ends.filter((offset) => start < offset && offset < end), end];
  return cuts.slice(1).flatMap((to, index) => {
    const from = cuts[index] ?? start;
    const said = text.slice(from, to);
    const trimmed = said.trim();
    const begin = from + said.indexOf(trimmed);
    return trimmed === '' ? [] : [{ start: begin, end: begin + trimmed.length }];
  });
}

/** What stands before a sentence and is no part of what it says: `1.`, `Step 2:`, `- `, `（三）`, `第一步：`. */
const listMark =
  /^(?:[\s>#*_+•·|-]*)(?:(?:step|schritt|étape)\s+\d{1,3}\s*[:.)—–-]|(?:步骤|步驟)\s*[\d一二三四五六七八九十]{1,3}\s*[:：、.]?|第\s*[\d一二三四五六七八九十]{1,3}\s*步\s*[:：，,、]?|[(（](?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-z])[)）]|\d{1,3}(?:[)、）]|\.(?!\d))|[一二三四五六七八九十]{1,3}、|[①-⑳]|[a-z][.)](?=\s))?[\s*_:：]*/iu;

/** What a sentence states: without the number or mark of its list, emphasis and a `Yes,` before it. */
export function statedIn(sentence: string): string {
  return sentence.replace(listMark, '').replace(agreeing, '').replaceAll('**', '');
}

const agreeing =
  /^(?:yes|no|yeah|nope|correct|right|是的|不是的|对的?|對的?|没错|不)\s*[,，.。:：!！—–-]\s*(?=\S)/iu;
const yes =
  /^(?:yes|yeah|correct|right|true|indeed|是|是的|对|对的|對|可以|能|会|有|没错|正确)[\s.。!！]*$/iu;
const no = /^(?:no|nope|not|wrong|false|incorrect|否|不|不是|不可以|不能|不会|没有|不对|错误)[\s.。!！]*$/iu;

/** Whether a sentence is nothing but `Yes.` or `No.`; null if it says more. */
export function bareAnswer(stated: string): 'yes' | 'no' | null {
  if (yes.test(stated)) return 'yes';
  return no.test(stated) ? 'no' : null;
}
