import { splitSentences } from '@winnow/text';

/** `text.slice(start, end)`; offsets in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const separators = /[\s,;:，；、：]/;

/** Sentences without gaps: each reaches to where the next one starts. */
export function sentencesIn(text: string, range: TextRange): readonly TextRange[] {
  const sentences = splitSentences(text.slice(range.start, range.end));
  return splitAt(
    range,
    sentences.slice(1).map((sentence) => range.start + sentence.start),
  );
}

/** Lines, each with its line break: `\n`, `\r\n` or `\r`. */
export function linesIn(text: string, range: TextRange): readonly TextRange[] {
  const cuts: number[] = [];
  for (let index = range.start; index < range.end; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x0a || (unit === 0x0d && text.charCodeAt(index + 1) !== 0x0a)) cuts.push(index + 1);
  }
  return splitAt(range, cuts);
}

/**
 * Two parts of about the same length, cut after white space or a comma where there is one in the middle
 * half; never inside a surrogate pair.
 * @returns the range itself if it is one character.
 */
export function halvesOf(text: string, range: TextRange): readonly TextRange[] {
  const length = range.end - range.start;
  const middle = range.start + (length >> 1);
  for (let distance = 0; distance <= length >> 2; distance++) {
    for (const cut of [middle - distance, middle + distance]) {
      if (cut > range.start && separators.test(text.charAt(cut - 1))) return splitAt(range, [cut]);
    }
  }
  return splitAt(range, [isInsidePair(text, middle) ? middle + 1 : middle]);
}

/**
 * The range without white space at its ends.
 * @param keepIndent keeps blanks before the first visible character of a line, as code wants.
 */
export function trimmed(text: string, range: TextRange, keepIndent: boolean): TextRange {
  let { start, end } = range;
  while (end > start && isWhiteSpace(text, end - 1)) end--;
  while (start < end && isWhiteSpace(text, start)) start++;
  if (keepIndent) while (start > range.start && /[ \t]/.test(text.charAt(start - 1))) start--;
  return { start, end };
}

function splitAt(range: TextRange, cuts: readonly number[]): readonly TextRange[] {
  const inside = cuts.filter((cut) => cut > range.start && cut < range.end);
  const starts = [range.start, ...inside];
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? range.end }));
}

function isWhiteSpace(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit < 0x80 ? unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) : /\s/.test(text.charAt(index));
}

function isInsidePair(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
