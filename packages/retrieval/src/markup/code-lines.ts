import type { Span } from '@winnow/text';
import { keepsTitles } from './plain-edits.ts';

/** What of each line of a Markdown text every renderer takes for code; reads the lines in order. */
export interface CodeLines {
  /** @returns `all` for a line within a fence; else the spans between backticks, in order. */
  next(line: string): 'all' | readonly Span[];
  /** Whether the line that comes next stands within a fence. */
  readonly inFence: boolean;
}

/** A fence at the start of its line. What stands behind backticks holds none, or they are a span. */
const opening = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;
/** A fence in a list or a quotation, or one that is indented: where it ends depends on what it stands in. */
const nestedFence = /^[\s>*+\-\d.)]+(?:`{3}|~{3})/;

/**
 * Tells code from text, and where in doubt says text. Renderers agree on fences at the start of a line, and on spans
 * on one line of a paragraph in which nothing else can take up a backtick: an escape, a cell of a table, the title of
 * a link, a backtick that was left over before. After a fence within a list or a quotation no other is
 * believed.
 */
export function createCodeLines(): CodeLines {
  let fence: string | null = null;
  let fencesAreClear = true;
  let spansAreClear = true;

  function spansOf(line: string): readonly Span[] {
    const { spans, isPaired } = pairedTicks(line);
    const wasClear = spansAreClear;
    if (!isPaired || takesTicks(line)) spansAreClear = false;
    return wasClear && !takesTicks(line) && !line.includes('|') ? spans : [];
  }

  return {
    get inFence() {
      return fence !== null;
    },
    next(line) {
      if (fence !== null) {
        if (closing.exec(line)?.[1]?.startsWith(fence) === true) fence = null;
        return 'all';
      }
      if (line.trim() === '') {
        spansAreClear = true;
        return [];
      }
      const opened = opening.exec(line);
      if (opened !== null) {
        fence = fencesAreClear ? (opened[1] ?? opened[2] ?? null) : null;
        return [];
      }
      if (nestedFence.test(line)) fencesAreClear = false;
      return spansOf(line);
    },
  };
}

/** Each run of backticks goes with the next one of the same length. */
function pairedTicks(line: string): { readonly spans: readonly Span[]; readonly isPaired: boolean } {
  const runs = [...line.matchAll(/`+/g)].map(({ 0: run, index }) => ({ start: index, length: run.length }));
  const spans: Span[] = [];
  let isPaired = true;
  for (let at = 0; at < runs.length; at += 1) {
    const run = runs[at];
    if (run === undefined) break;
    const closer = runs.findIndex(({ length }, later) => later > at && length === run.length);
    const close = runs[closer];
    if (close === undefined) {
      isPaired = false;
      continue;
    }
    spans.push({ start: run.start, end: close.start + close.length });
    at = closer;
  }
  return { spans, isPaired };
}

/** Whether something on the line, or that goes on after it, may take up a backtick that would else begin a span. */
function takesTicks(line: string): boolean {
  return (
    keepsTitles(line) ||
    line.includes('\\`') ||
    line.split(/\s+/).some((word) => word.includes('`') && /:\/\/|www\.|@/i.test(word))
  );
}
