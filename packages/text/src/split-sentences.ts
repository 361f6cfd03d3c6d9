import { endsWithAbbreviation } from './abbreviations.ts';

/** `text.slice(start, end)`, offsets in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** End a sentence wherever they stand. */
const fullStops = new Set('。！？；｡؟۔।॥');
/** End a sentence before white space; all but the first also before text that is written without it. */
const stops = new Set('.!?…');
/** May stand between the stop and the border. */
const closers = new Set('"\'”’」』）)】》〉]»*_');
/** A line narrower than this was not broken because it was full: what it says ends with it. */
const narrowLine = 40;

const event = /[\s。！？；｡؟۔।॥!?…]/g;
const solid = /\S/g;
const white = /\s/;
const newline = /\r\n|[\n\r\u2028\u2029]/g;
const wide = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]/;
const goesOn = /^[\p{Ll},;:)\]}%&/]/u;
const itemNumber = /^[(（]?(?:\d{1,4}|[ivxIVX]{1,4}|[a-zA-Z])\.$/;
/** A list item, a quote, a table row, a heading, a bracket of code. */
const startsAnew = /^(?:[-*+•·]\s|[|#>{}]|\d{1,4}[.)、]|[（(]?[一二三四五六七八九十]{1,3}[、)）.])/u;

/**
 * Cuts text into sentences. Every character that is not white space is in exactly one; spans are in order and
 * neither begin nor end with white space.
 *
 * Chinese stops end a sentence at once; English ones before white space, unless what stands before is an
 * abbreviation or the number of a list item, or what follows goes on in lower case. An empty line is always a
 * border, a single line break only where the line was not broken for its width (code, lists, verse).
 * Linear in the length of the text.
 */
export function splitSentences(text: string): Span[] {
  const spans: Span[] = [];
  let start = nextSolid(text, 0);
  let lineStart = start;
  let at = start;
  const closeAt = (end: number, next: number): void => {
    spans.push({ start, end });
    start = next;
  };
  while (at < text.length) {
    const found = indexFrom(event, text, at);
    if (!white.test(text.charAt(found)) && found < text.length) {
      at = endOfStops(text, found + 1);
      if (at < text.length && isBorderWithoutSpace(text, found, at)) closeAt(at, at);
      continue;
    }
    at = nextSolid(text, found);
    const breaks = countBreaks(text.slice(found, at));
    if (
      start < found &&
      (at === text.length || isBorder(text, { start, lineStart, end: found, next: at, breaks }))
    )
      closeAt(found, at);
    if (start === found) start = at;
    if (breaks > 0) lineStart = at;
  }
  if (start < text.length) closeAt(text.length, text.length);
  return spans;
}

interface Gap {
  /** Of the sentence and of the line that end here. */
  readonly start: number;
  readonly lineStart: number;
  /** White space from here … */
  readonly end: number;
  /** … to here. */
  readonly next: number;
  readonly breaks: number;
}

function isBorder(text: string, { start, lineStart, end, next, breaks }: Gap): boolean {
  if (breaks > 1) return true;
  const after = text.slice(next, next + 8);
  const stopAt = lastStop(text, end);
  const stop = text.charAt(stopAt);
  if (fullStops.has(stop)) return true;
  if (stops.has(stop) && !goesOn.test(after)) {
    const before = text.slice(Math.max(start, stopAt - 32), stopAt + 1);
    if (stop !== '.' || !(itemNumber.test(before) || endsWithAbbreviation(before, after))) return true;
  }
  if (breaks === 0) return false;
  return startsAnew.test(after) || widthBelow(narrowLine, text, lineStart, end);
}

/** At the border of `…好吗?可以`: no white space, and a stop that is not also a decimal point. */
function isBorderWithoutSpace(text: string, stopAt: number, next: number): boolean {
  const after = text.charAt(next);
  if (white.test(after)) return false;
  return fullStops.has(text.charAt(stopAt)) || wide.test(after);
}

function endOfStops(text: string, from: number): number {
  let at = from;
  while (at < text.length && isStopOrCloser(text.charAt(at))) at += 1;
  return at;
}

function isStopOrCloser(character: string): boolean {
  return fullStops.has(character) || stops.has(character) || closers.has(character);
}

/** Where the last stop before `end` is, closing marks between them skipped; they are few. */
function lastStop(text: string, end: number): number {
  let at = end - 1;
  while (at > end - 8 && closers.has(text.charAt(at))) at -= 1;
  return at;
}

function widthBelow(limit: number, text: string, from: number, to: number): boolean {
  if (to - from >= limit) return false;
  let width = 0;
  for (const character of text.slice(from, to)) width += wide.test(character) ? 2 : 1;
  return width < limit;
}

function countBreaks(gap: string): number {
  return gap.match(newline)?.length ?? 0;
}

function nextSolid(text: string, from: number): number {
  return indexFrom(solid, text, from);
}

/** `text.length` where there is none. */
function indexFrom(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
