import type { Place } from '@winnow/core';
import type { Piece } from '../pieces/piece.ts';
import type { PdfLine } from './pdf-lines.ts';

/** Letters this much higher than most are a heading's. */
const headingRatio = 1.15;
/** Longer lines in large letters are text. */
const maxHeadingLength = 160;
/** Lines further apart than this many times their height belong to two paragraphs. */
const paragraphGap = 1.75;
const listMark = /^(?:[•●▪‣◦·∙–—-]|\(?\d{1,2}[.)]|[a-z][.)])\s+\S/u;
const ideograph = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Headings by the size of their letters, paragraphs by the room between lines; none goes over a page's end.
 * @param filledIn values of the form fields of each page.
 */
export function pdfPieces(
  pages: readonly (readonly PdfLine[])[],
  bodyHeight: number,
  filledIn: readonly (readonly string[])[],
): Piece[] {
  const levels = levelsOf(pages, bodyHeight);
  return pages.flatMap((lines, index) => {
    const place = { page: index + 1 };
    const values = (filledIn[index] ?? []).join('\n');
    const ofForm: readonly Piece[] =
      values === '' ? [] : [{ kind: 'paragraph', text: values, level: 0, place }];
    return [...piecesOfPage(lines, place, levels), ...ofForm];
  });
}

function piecesOfPage(
  lines: readonly PdfLine[],
  place: Place,
  levels: ReadonlyMap<number, number>,
): readonly Piece[] {
  const pieces: Piece[] = [];
  let open: PdfLine[] = [];
  const close = (): void => {
    const [first] = open;
    if (first === undefined) return;
    const level = headingLevel(first, levels);
    const text = joined(open.map((line) => line.text));
    if (level > 0 && text.length <= maxHeadingLength) pieces.push({ kind: 'heading', text, level, place });
    else pieces.push({ kind: listMark.test(text) ? 'list' : 'paragraph', text, level: 0, place });
    open = [];
  };
  for (const line of lines) {
    const last = open.at(-1);
    if (last !== undefined && !continues(last, line, levels)) close();
    open.push(line);
  }
  close();
  return pieces;
}

function continues(last: PdfLine, next: PdfLine, levels: ReadonlyMap<number, number>): boolean {
  const drop = last.y - next.y;
  return (
    headingLevel(last, levels) === headingLevel(next, levels) &&
    drop > -0.5 * next.height &&
    drop <= paragraphGap * Math.max(last.height, next.height) &&
    !listMark.test(next.text)
  );
}

/** Sizes of letters that headings have, the largest first; more than six are one level. */
function levelsOf(pages: readonly (readonly PdfLine[])[], bodyHeight: number): ReadonlyMap<number, number> {
  const heights = new Set(pages.flat().map(roundedHeight));
  const large = [...heights].filter((height) => height >= bodyHeight * headingRatio).sort((a, b) => b - a);
  return new Map(large.map((height, index) => [height, Math.min(index + 1, 6)]));
}

function headingLevel(line: PdfLine, levels: ReadonlyMap<number, number>): number {
  return /[\p{L}\p{N}]/u.test(line.text) ? (levels.get(roundedHeight(line)) ?? 0) : 0;
}

function roundedHeight({ height }: PdfLine): number {
  return Math.round(height * 2) / 2;
}

/** Lines as one paragraph: words that were divided at a line's end are whole again, and Chinese has no spaces. */
function joined(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    const last = text.at(-1) ?? '';
    if (text === '') text = line;
    else if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(line)) text = text.slice(0, -1) + line;
    else if (ideograph.test(last) && ideograph.test(line[0] ?? '')) text += line;
    else text += ` ${line}`;
  }
  return text;
}
