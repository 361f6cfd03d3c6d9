import type { Block } from '@winnow/core';

/** Blocks as one line each, for comparing: `kind [path]: text`. */
export function showBlocks(text: string, blocks: readonly Block[]): string[] {
  return blocks.map(
    ({ kind, start, end, headings }) => `${kind} [${headings.join(' > ')}]: ${text.slice(start, end)}`,
  );
}
