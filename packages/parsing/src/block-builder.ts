import type { Block, Place } from '@winnow/core';

/** Headings longer than this are text that was marked wrongly; their path is cut, not their block. */
const maxHeadingLength = 200;

/** Collects blocks in reading order and keeps the path of headings above them. */
export interface BlockBuilder {
  readonly blocks: readonly Block[];
  /** @param level 1 for the outermost. A heading without a title (an image) is none, but ends the one before. */
  heading(level: number, title: string, start: number, end: number): void;
  add(kind: Exclude<Block['kind'], 'heading'>, start: number, end: number): void;
  /** Where the blocks that follow stand. */
  moveTo(place: Place): void;
}

/**
 * @param text what the offsets given point into. White space at both ends of a block is cut off, and blocks of
 * white space alone are left out.
 */
export function createBlockBuilder(text: string): BlockBuilder {
  const blocks: Block[] = [];
  let path: readonly { readonly level: number; readonly title: string }[] = [];
  let place: Place = {};
  const push = (kind: Block['kind'], from: number, to: number): void => {
    const { start, end } = trimmed(text, from, to);
    if (end > start) blocks.push({ kind, start, end, headings: path.map(({ title }) => title), ...place });
  };
  return {
    blocks,
    heading(level, title, start, end) {
      const plain = title.replace(/\s+/g, ' ').trim().slice(0, maxHeadingLength).toWellFormed();
      path = path.filter((above) => above.level < level);
      if (plain === '') return;
      path = [...path, { level, title: plain }];
      push('heading', start, end);
    },
    add: push,
    moveTo(next) {
      place = next;
    },
  };
}

/** The range without white space at its ends. */
function trimmed(text: string, from: number, to: number): { start: number; end: number } {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return { start, end };
}

/** What String.prototype.trim takes off. */
function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0xa0) return false;
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}
