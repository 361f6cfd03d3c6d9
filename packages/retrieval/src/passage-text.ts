import type { StoredChunk } from '@winnow/core';

/**
 * What a reranker reads of a chunk: title and headings on one line, then the text, since a passage alone often
 * does not say what it is about.
 */
export function passageText({
  title,
  headings,
  text,
}: Pick<StoredChunk, 'title' | 'headings' | 'text'>): string {
  const [outermost = '', ...others] = headings;
  const below = outermost.toLowerCase() === title.toLowerCase() ? others : headings;
  const path = [title, ...below].filter((heading) => heading !== '').join(' > ');
  return path === '' ? text : `${path}\n${text}`;
}
