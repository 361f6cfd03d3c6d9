import type { Span } from '@winnow/text';
import { type CodeLines, createCodeLines } from './code-lines.ts';
import { type Edit, plainEdits } from './plain-edits.ts';

/** A text whose markup does nothing. */
export interface InertText {
  readonly text: string;
  /** Where a span of the text that was given went. */
  moved(span: Span): Span;
}

/**
 * Markdown that shows what it shows and does nothing: no HTML, no images, no address but of a page or a mailbox. A
 * space breaks what would do more (`< script>`), so that it stays readable in every renderer, and without one; addresses
 * that run a script are taken out. Code is left as it is.
 */
export function inertMarkup(text: string): InertText {
  const edits: Edit[] = [];
  const code = createCodeLines();
  let offset = 0;
  for (const line of text.split('\n')) {
    for (const edit of editsOf(line, code)) edits.push(shifted(edit, offset));
    offset += line.length + 1;
  }
  return {
    text: applied(text, edits),
    moved: ({ start, end }) => ({
      start: placeOf(start, edits, (edit) => edit.start <= start),
      end: placeOf(end, edits, (edit) => edit.start < end),
    }),
  };
}

/** {@link inertMarkup} for text that comes in pieces: the output does not depend on where they were cut. */
export interface InertStream {
  /** @returns what may be shown now: mostly all but the last word; of a line with code or a link, what is before it. */
  push(piece: string): string;
  end(): string;
}

export function createInertStream(): InertStream {
  const code = createCodeLines();
  let line = '';
  let shown = 0;
  const show = (until: number, edits: readonly Edit[]): string => {
    const before = edits.filter(({ end }) => end <= shown);
    const text = applied(line.slice(0, until), edits).slice(applied(line.slice(0, shown), before).length);
    shown = until;
    return text;
  };
  const endLine = (): string => show(line.length, editsOf(line, code));
  return {
    push(piece) {
      const [first = '', ...others] = piece.split('\n');
      line += first;
      let out = '';
      for (const next of others) {
        out += `${endLine()}\n`;
        line = next;
        shown = 0;
      }
      const until = clearUntil(line, code.inFence);
      return until <= shown ? out : out + show(until, plainEdits(line.slice(0, until)));
    },
    end: endLine,
  };
}

function editsOf(line: string, code: CodeLines): readonly Edit[] {
  const spans = code.next(line);
  if (spans === 'all') return [];
  const edits: Edit[] = [];
  let start = 0;
  for (const span of [...spans, { start: line.length, end: line.length }]) {
    for (const edit of plainEdits(line.slice(start, span.start))) edits.push(shifted(edit, start));
    start = span.end;
  }
  return edits;
}

/** What can be the start of code, a fence or a link, and a word that may go on: sought from its beginning alone, in linear time. */
const undecided = /[`[\]]|^[\s>*+\-\d.)~]*$|^[\s>*+\-\d.)]*~|(?<![!-~])[!-~]+$/;
const lastWord = /(?<![!-~])[!-~]+$/;
/** Citations, which no address follows. */
const settled = /\[(\d{1,3})\](?=[^(:])/g;

/** How much of an unfinished line means the same whatever comes after it: whole words. */
function clearUntil(line: string, inFence: boolean): number {
  if (inFence) return 0;
  const start = undecided.exec(line.replace(settled, ' $1 '))?.index ?? line.length;
  return start - (lastWord.exec(line.slice(0, start))?.[0].length ?? 0);
}

function applied(text: string, edits: readonly Edit[]): string {
  let out = '';
  let end = 0;
  for (const edit of edits) {
    out += text.slice(end, edit.start) + edit.text;
    end = edit.end;
  }
  return out + text.slice(end);
}

function shifted({ start, end, text }: Edit, by: number): Edit {
  return { start: start + by, end: end + by, text };
}

/** Where a place of the text went; one within what was replaced is at the start of what stands there now. */
function placeOf(place: number, edits: readonly Edit[], isBefore: (edit: Edit) => boolean): number {
  let by = 0;
  for (const edit of edits.filter(isBefore)) {
    if (place < edit.end) return edit.start + by;
    by += edit.text.length - (edit.end - edit.start);
  }
  return place + by;
}
