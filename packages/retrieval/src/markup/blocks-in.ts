/** A run of lines that belong together; `text.slice(start, end)`, without line breaks at its ends. */
export type TextBlock =
  | {
      readonly kind: 'heading';
      readonly start: number;
      readonly end: number;
      readonly level: number;
      readonly title: string;
    }
  | { readonly kind: 'paragraph'; readonly start: number; readonly end: number }
  /** Between its fences, each of which may be elsewhere; within a quotation its lines begin with the mark of that. */
  | {
      readonly kind: 'code';
      readonly start: number;
      readonly end: number;
      readonly isBegun: boolean;
      readonly isEnded: boolean;
      readonly isQuoted: boolean;
    }
  | { readonly kind: 'list'; readonly start: number; readonly end: number; readonly items: readonly Line[] }
  | {
      readonly kind: 'table';
      readonly start: number;
      readonly end: number;
      readonly columns: readonly string[];
      readonly rows: readonly Line[];
    };

/** One line, or an item of a list with the lines that go on with it. */
interface Line {
  readonly start: number;
  readonly end: number;
}

const fence = /^[ \t]{0,12}(`{3,}|~{3,})(.*)$/;
const heading = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$/;
/** One that is no comment of a shell. */
const deepHeading = /^ {0,3}#{2,6}[ \t]+\S/;
/** The marks of a quotation, of which one may stand in another, at the beginning of each line. */
const quoteMark = /^(?:[ \t]*>[ \t]?)+/gm;
/** `{#anchor}` behind a heading. */
const anchor = /(?<!\s)\s*\{#[^{}]*\}\s*$/;
/** What makes a heading of the line above it. */
const underline = /^ {0,3}(?:={3,}|-{3,})[ \t]*$/;
const itemStart = /^[ \t]*(?:[-*+•·]|\d{1,3}[.)、])[ \t]+\S/;
const row = /^[ \t]*\|.*\|[ \t]*$/;
const delimiter = /^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+(?:[ \t]*:?-{3,}:?[ \t]*)?$/;
const tag = /<!--[\s\S]*?-->|<\/?[a-zA-Z][^<>]*>/g;
const wordlike = /[\p{L}\p{N}]/u;
/** `:::tip`, `--8<--`: what a generator of pages makes a box of. */
const container = /^[ \t]*:{3,}/;
/** How a line of a program or of a shell looks. */
const looksLikeCode = /[;{}]\s*$|^\s*(?:\$ |\/\/|#include|import |const |let |return |[<}])|^\s{4,}\S/;
/** The same where no fence says so: what is indented, begins with a tag or ends with a semicolon alone may be prose. */
const beginsProgram = /^\s*(?:\$ |\/\/|#include|import |const |let |return |\})/;
const bracket = /[()=[\]<>]/;
/** A name of up to three words, or of ten Han characters, and what it is said to be. */
const field =
  /^(?:[\p{L}_][[\p{L}\p{M}\p{N}_.\/\-]--\p{Script=Han}]{0,24}(?:[ ][[\p{L}\p{M}\p{N}_.\/\-]--\p{Script=Han}]{1,24}){0,2}:[ \t]+|\p{Script=Han}{1,10}[:：][ \t]*)\S/v;
const asks = /[?？][*_]*\s*$/;

/**
 * The blocks of a piece of Markdown or plain text, in order. It may begin or end within one: a table without its
 * head has no columns, and what stands before a fence that closes only is code.
 */
export function blocksIn(text: string): readonly TextBlock[] {
  const lines = linesOf(text);
  const blocks: TextBlock[] = [];
  let at = closesFirst(text, lines) ? takeCodeBefore(text, lines, blocks) : 0;
  while (at < lines.length) {
    const taken =
      takeFenced(text, lines, at, blocks) ||
      takeHeading(text, lines, at, blocks) ||
      takeTable(text, lines, at, blocks) ||
      takeList(text, lines, at, blocks) ||
      takeParagraph(text, lines, at, blocks);
    at += Math.max(taken, 1);
  }
  return blocks;
}

/** The cells of a row, without the bars around them. */
export function cellsOf(line: string): readonly string[] {
  return withoutQuoteMarks(line)
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll('\\|', '|').trim());
}

/** A text as it would stand outside of a quotation. */
export function withoutQuoteMarks(text: string): string {
  return text.replace(quoteMark, '');
}

function linesOf(text: string): readonly Line[] {
  return [...text.matchAll(/[^\n]*(?:\n|$)/g)]
    .filter(({ 0: line, index }) => line !== '' || index < text.length)
    .map(({ 0: line, index }) => ({ start: index, end: index + line.replace(/\r?\n$/, '').length }));
}

/** What a line says, within a quotation or not. */
function textOf(text: string, line: Line | undefined): string {
  return line === undefined ? '' : withoutQuoteMarks(text.slice(line.start, line.end));
}

function isQuoted(text: string, line: Line | undefined): boolean {
  return line !== undefined && text.slice(line.start, line.end).trimStart().startsWith('>');
}

/** Whether the first fence closes a block whose beginning is not here, as the others tell, or what stands before it. */
function closesFirst(text: string, lines: readonly Line[]): boolean {
  const fences = lines.filter((line) => fence.test(textOf(text, line)));
  const [first] = fences;
  const saysWhat = (line: Line) => (fence.exec(textOf(text, line))?.[2] ?? '').trim() !== '';
  if (first === undefined || saysWhat(first)) return false;
  // Only a fence that opens says of which language it is.
  if (fences.some((line, index) => index % 2 === 1 && saysWhat(line))) return true;
  if (fences.length % 2 === 0) return false;
  // A heading is not in code: the last fence closes, so that the first one does.
  const lastFence = fences.at(-1)?.end ?? 0;
  if (lines.some((line) => line.start > lastFence && deepHeading.test(textOf(text, line)))) return true;
  const before = lines.filter((line) => line.end < first.start && textOf(text, line).trim() !== '');
  const code = before.filter((line) => looksLikeCode.test(textOf(text, line)));
  return before.length > 0 && code.length * 2 >= before.length;
}

function takeCodeBefore(text: string, lines: readonly Line[], blocks: TextBlock[]): number {
  const close = lines.findIndex((line) => fence.test(textOf(text, line)));
  const [start, end] = [lines[0]?.start ?? 0, lines[close - 1]?.end ?? 0];
  blocks.push({
    kind: 'code',
    start,
    end,
    isBegun: false,
    isEnded: true,
    isQuoted: isQuoted(text, lines[close]),
  });
  return close + 1;
}

function takeFenced(text: string, lines: readonly Line[], at: number, blocks: TextBlock[]): number {
  const open = fence.exec(textOf(text, lines[at]));
  if (open === null) return 0;
  const mark = open[1] ?? '';
  const isClose = (line: Line) => {
    const found = fence.exec(textOf(text, line));
    return found?.[1]?.startsWith(mark) === true && (found[2] ?? '').trim() === '';
  };
  const length = lines.slice(at + 1).findIndex(isClose);
  const last = length === -1 ? lines.length : at + 1 + length;
  const [first, end] = [lines[at + 1], lines[last - 1]];
  if (
    first !== undefined &&
    end !== undefined &&
    last > at + 1 &&
    text.slice(first.start, end.end).trim() !== ''
  )
    blocks.push({
      kind: 'code',
      start: first.start,
      end: end.end,
      isBegun: true,
      isEnded: length !== -1,
      isQuoted: isQuoted(text, lines[at]),
    });
  return last - at + 1;
}

function takeHeading(text: string, lines: readonly Line[], at: number, blocks: TextBlock[]): number {
  const [line, next] = [lines[at], lines[at + 1]];
  if (line === undefined || isQuoted(text, line)) return 0;
  const said = textOf(text, line);
  const found = heading.exec(said);
  const isUnderlined = next !== undefined && isUnderlinable(said) && underline.test(textOf(text, next));
  if (found === null && !isUnderlined) return 0;
  const level = found?.[1]?.length ?? (textOf(text, next).includes('=') ? 1 : 2);
  const title = (found?.[2] ?? said.trim()).replace(anchor, '').replace(tag, '');
  blocks.push({ kind: 'heading', start: line.start, end: line.end, level, title });
  return isUnderlined ? 2 : 1;
}

/** A line of prose by itself: no row of a table, no item, no code. */
function isUnderlinable(line: string): boolean {
  return wordlike.test(line) && !(row.test(line) || itemStart.test(line) || looksLikeCode.test(line));
}

function takeTable(text: string, lines: readonly Line[], at: number, blocks: TextBlock[]): number {
  if (!row.test(textOf(text, lines[at]))) return 0;
  const count = lines.slice(at).findIndex((line) => !row.test(textOf(text, line)));
  const own = lines.slice(at, count === -1 ? undefined : at + count);
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return 0;
  const hasHead = delimiter.test(textOf(text, own[1]));
  const rows = own.filter((line, index) => !(hasHead && index === 0) && !delimiter.test(textOf(text, line)));
  const columns = hasHead ? cellsOf(textOf(text, first)) : [];
  if (hasHead || rows.length > 0)
    blocks.push({ kind: 'table', start: first.start, end: last.end, columns, rows });
  return own.length;
}

function takeList(text: string, lines: readonly Line[], at: number, blocks: TextBlock[]): number {
  if (!itemStart.test(textOf(text, lines[at]))) return 0;
  const items: Line[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next];
    const said = textOf(text, line);
    const last = items.at(-1);
    if (line === undefined || fence.test(said) || heading.test(said)) break;
    if (isQuoted(text, line) !== isQuoted(text, lines[at])) break;
    if (itemStart.test(said)) items.push(line);
    else if (said.trim() === '') {
      const after = textOf(text, lines[next + 1]);
      if (!itemStart.test(after) && !/^[ \t]{2,}\S/.test(after)) break;
    } else if (last !== undefined) items[items.length - 1] = { start: last.start, end: line.end };
  }
  const [first] = items;
  const end = items.at(-1)?.end;
  if (first !== undefined && end !== undefined) blocks.push({ kind: 'list', start: first.start, end, items });
  return next - at;
}

function takeParagraph(text: string, lines: readonly Line[], at: number, blocks: TextBlock[]): number {
  let next = at;
  const quoted = isQuoted(text, lines[at]);
  const goesOn = () =>
    isQuoted(text, lines[next]) === quoted && isOfParagraph(textOf(text, lines[next]), next === at);
  while (next < lines.length && goesOn()) next += 1;
  const [first, last] = [lines[at], lines[next - 1]];
  if (first === undefined || last === undefined || next === at) return 0;
  const said = text.slice(first.start, last.end);
  const [start, end] = [first.start, last.end];
  const own = lines.slice(at, next);
  const written = own.map((line) => textOf(text, line));
  if (isRecord(written)) blocks.push({ kind: 'list', start, end, items: fieldsIn(own, written) });
  else if (isProgram(written))
    blocks.push({
      kind: 'code',
      start,
      end,
      isBegun: false,
      isEnded: false,
      isQuoted: isQuoted(text, first),
    });
  else if (wordlike.test(said.replace(tag, ''))) blocks.push({ kind: 'paragraph', start, end });
  return next - at;
}

/**
 * Lines of which each says what it holds, `price: 44.50`, below a caption or not; what is asked and answered in such lines
 * is none.
 */
function isRecord(lines: readonly string[]): boolean {
  const fields = lines.filter((line) => field.test(line)).length;
  const isBegun = field.test(lines[0] ?? '') || fields === lines.length - 1;
  return isBegun && fields > 1 && !lines.some((line) => asks.test(line));
}

/** The fields of a record, each with the lines that go on with it. */
function fieldsIn(lines: readonly Line[], written: readonly string[]): readonly Line[] {
  const fields: Line[] = [];
  for (const [index, line] of lines.entries()) {
    const last = fields.at(-1);
    if (last === undefined || field.test(written[index] ?? '')) fields.push(line);
    else fields[fields.length - 1] = { start: last.start, end: line.end };
  }
  return fields;
}

/** Lines of a program whose fences are both elsewhere: a chunk out of the middle of long code. */
function isProgram(lines: readonly string[]): boolean {
  return lines.filter(isLineOfProgram).length * 2 > lines.length;
}

function isLineOfProgram(line: string): boolean {
  const ended = ';{}'.includes(line.trimEnd().at(-1) ?? ' ');
  return beginsProgram.test(line) || (ended && bracket.test(line));
}

function isOfParagraph(line: string, isFirst: boolean): boolean {
  if (line.trim() === '' || fence.test(line) || heading.test(line) || container.test(line)) return false;
  return isFirst || !(row.test(line) || itemStart.test(line));
}
