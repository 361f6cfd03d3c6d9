import type { Block } from '@winnow/core';
import { createBlockBuilder } from '../block-builder.ts';
import { atxHeading, numberedHeading, type PlainHeading, underlineLevel } from './plain-headings.ts';

/** A paragraph without an empty line for longer than this (a log, a table) ends at the next line break. */
const maxParagraphLength = 8_192;

/**
 * Paragraphs between empty lines, and headings on lines of their own. Linear in the length of the text.
 * @param markup `atx`: Markdown too large to be parsed as such; its headings and code fences are seen.
 */
export function plainBlocks(text: string, markup: 'none' | 'atx'): readonly Block[] {
  const builder = createBlockBuilder(text);
  let start = 0;
  let fence: string | null = null;
  let before: { readonly start: number; readonly end: number; readonly isAlone: boolean } | null = null;

  for (const line of linesOf(text)) {
    const content = text.slice(line.start, Math.min(line.end, line.start + 512));
    const mark: string | undefined = markup === 'atx' ? /^ {0,3}(```|~~~)/.exec(content)?.[1] : undefined;
    if (mark !== undefined && (fence === null || fence === mark)) {
      builder.add('paragraph', start, fence === null ? line.start : start);
      if (fence !== null) builder.add('code', start, line.end);
      start = fence === null ? line.start : line.next;
      fence = fence === null ? mark : null;
      before = null;
      continue;
    }
    if (fence !== null) continue;
    const isEmpty = content.trim() === '';
    const isAlone = start === line.start;
    const level = before?.isAlone === true ? underlineLevel(content) : null;
    const heading: PlainHeading | null =
      markup === 'atx' ? atxHeading(content) : isAlone ? numberedHeading(content) : null;
    if (level !== null && before !== null) {
      builder.heading(
        level,
        text.slice(before.start, Math.min(before.end, before.start + 512)),
        before.start,
        before.end,
      );
      start = line.next;
    } else if (heading !== null) {
      builder.add('paragraph', start, line.start);
      builder.heading(heading.level, heading.title, line.start, line.end);
      start = line.next;
    } else if (isEmpty || line.end - start > maxParagraphLength) {
      builder.add('paragraph', start, line.end);
      start = line.next;
    }
    before = isEmpty || start === line.next ? null : { ...line, isAlone };
  }
  builder.add(fence === null ? 'paragraph' : 'code', start, text.length);
  return builder.blocks;
}

interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
  readonly next: number;
}

function* linesOf(text: string): Generator<Line> {
  let start = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    const next = match.index + match[0].length;
    yield { start, end: match.index, next };
    start = next;
  }
  if (start < text.length) yield { start, end: text.length, next: text.length };
}
