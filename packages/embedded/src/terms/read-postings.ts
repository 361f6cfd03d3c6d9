import type { Reads } from '../database.ts';
import type { GenerationTables } from '../generation-tables.ts';
import { damagedTerms } from './damaged-terms.ts';
import { readDoclist } from './doclist.ts';
import { findTerm, type Leaf, leafOf } from './leaf.ts';
import type { Segment } from './segments.ts';

/** A page's row id is its number in the segment, with the segment's id above. */
const idsPerSegment = 2 ** 37;
/** Pages that are read at once: 250 KB. */
const pagesAtOnce = 64;
/** FTS5 puts it before each term; there is only one kind of terms here. */
const termMark = '0';

/** Of all small letters in NFKC, the two that FTS5 takes for others: the sigma that ends a word, and the iota below a letter. */
const folded: Readonly<Record<string, string>> = { ς: 'σ', '\u0345': 'ι' };

/** Pages of a segment on which a term may stand. */
interface Pages {
  readonly segment: Segment;
  readonly first: number;
  readonly last: number;
}

/**
 * Where a term may stand. Together with {@link readPostings} inside one read transaction: segments are merged by every
 * other commit.
 */
export function findPages(
  database: Reads,
  { terms }: GenerationTables,
  segments: readonly Segment[],
  term: string,
): readonly Pages[] {
  const key = keyOf(term);
  // A page number is kept times two; the last bit says something else. Node 22 takes `?1` for a name.
  const rows = database.all<{ at: number; first: number | null; next: number | null }>(
    `SELECT key AS at,
       (SELECT pgno FROM ${terms}_idx WHERE segid = value AND term <= ? ORDER BY term DESC LIMIT 1) / 2 AS first,
       (SELECT pgno FROM ${terms}_idx WHERE segid = value AND term > ? ORDER BY term LIMIT 1) / 2 AS next
     FROM json_each(?)`,
    key,
    key,
    JSON.stringify(segments.map(({ id }) => id)),
  );
  return rows.flatMap(({ at, first, next }) => {
    const segment = segments[at];
    if (segment === undefined) return [];
    const from = Math.max(first ?? 1, segment.firstPage);
    return [{ segment, first: from, last: Math.min(next ?? segment.lastPage, segment.lastPage) }];
  });
}

export function countPages(pages: readonly Pages[]): number {
  return pages.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Gives `add` the row id of each chunk that holds the term, and how often it does; also of chunks that were removed. */
export function readPostings(
  database: Reads,
  tables: GenerationTables,
  pages: readonly Pages[],
  term: string,
  add: (chunk: number, count: number) => void,
): void {
  const key = keyOf(term);
  for (const { segment, first, last } of pages) {
    const next = leavesOf(database, tables, segment, first, last);
    const leaf = next();
    const stretch = leaf === null ? null : findTerm(leaf, key);
    if (stretch !== null) readDoclist(stretch, next, add);
  }
}

/** Gives page after page, the first by itself: most terms go no further. */
function leavesOf(
  database: Reads,
  { terms }: GenerationTables,
  { id }: Segment,
  first: number,
  last: number,
): () => Leaf | null {
  let at = first;
  let read: readonly { readonly block: Uint8Array }[] = [];
  let taken = 0;
  return () => {
    if (taken === read.length) {
      const count = Math.min(at === first ? 1 : pagesAtOnce, last - at + 1);
      if (count < 1) return null;
      const from = id * idsPerSegment + at;
      read = database.all(
        `SELECT block FROM ${terms}_data WHERE id BETWEEN ? AND ? ORDER BY id`,
        from,
        from + count - 1,
      );
      if (read.length !== count) throw damagedTerms('a page is missing');
      at += count;
      taken = 0;
    }
    const row = read[taken++];
    return row === undefined ? null : leafOf(row.block);
  };
}

function keyOf(term: string): Uint8Array {
  return new TextEncoder().encode(termMark + term.replace(/ς|\u0345/g, (letter) => folded[letter] ?? letter));
}
