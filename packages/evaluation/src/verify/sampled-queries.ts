import type { StoredChunk } from '@winnow/core';

/** Characters of a query that is made of a heading. */
const maxLength = 200;

/**
 * Queries for a corpus of which no searches are known: the deepest heading over each passage, else the title of its
 * document, else its first words. No two alike.
 */
export function queriesOfChunks(
  chunks: readonly Pick<StoredChunk, 'headings' | 'title' | 'text'>[],
): readonly string[] {
  const queries = chunks.map(({ headings, title, text }) => {
    const candidates = [headings.at(-1) ?? '', title, text];
    return tidy(candidates.find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? '');
  });
  return [...new Set(queries.filter((query) => query !== ''))];
}

function tidy(text: string): string {
  const [line = ''] = text.trim().split(/[\r\n]/, 1);
  return [...line.replace(/\s+/g, ' ')].slice(0, maxLength).join('').trim();
}
