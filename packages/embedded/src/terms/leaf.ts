import { varintAt } from './varint.ts';

/**
 * A page of a segment of an FTS5 index: terms in ascending order, each followed by its postings, which may go on over the pages
 * behind it.
 * @see https://sqlite.org/src/file/ext/fts5/fts5_index.c, "Segment leaves"
 */
export interface Leaf {
  readonly bytes: Uint8Array;
  /** Where terms and postings end; behind are the offsets of the terms. */
  readonly end: number;
  /** Where the first row id is that belongs to a term of a page before; 0: there is none. */
  readonly firstRowId: number;
  /** Where the first term begins; {@link end} if there is none. */
  readonly firstTerm: number;
}

/** What stands of a term's postings on one page. */
export interface Stretch {
  readonly leaf: Leaf;
  /** Where the first row id is. */
  readonly start: number;
  /** Where the next term begins. If that is the end of the page, more may stand on the next. */
  readonly end: number;
}

/** What lies before the content of each page. */
export const headerBytes = 4;

export function leafOf(bytes: Uint8Array): Leaf {
  const end = Math.min(bytes.length, ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0));
  const firstRowId = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return {
    bytes,
    end,
    firstRowId: firstRowId < end ? firstRowId : 0,
    firstTerm: end < bytes.length ? Math.min(end, varintAt(bytes, end).value) : end,
  };
}

/** Finds a term on the page on which it has to begin. @returns null: the segment does not hold it. */
export function findTerm(leaf: Leaf, wanted: Uint8Array): Stretch | null {
  const { bytes, end } = leaf;
  let { next: offsetAt } = varintAt(bytes, end);
  /** Bytes that the term before has in common with the wanted one. */
  let matched = 0;
  for (let at = leaf.firstTerm; at < end; ) {
    const kept = at === leaf.firstTerm ? { value: 0, next: at } : varintAt(bytes, at);
    const added = varintAt(bytes, kept.next);
    const start = added.next + added.value;
    const offset = offsetAt < bytes.length ? varintAt(bytes, offsetAt) : null;
    const termEnd = offset === null ? end : Math.min(end, at + offset.value);
    // Terms ascend: what shares less with the one before than the wanted one does is behind the wanted one.
    if (kept.value < matched) return null;
    if (kept.value === matched) {
      const from = matched;
      const same = Math.min(added.value, wanted.length - from);
      while (matched - from < same && bytes[added.next + matched - from] === wanted[matched]) matched += 1;
      const isWhole = matched - from === added.value;
      if (matched === wanted.length) return isWhole ? { leaf, start, end: termEnd } : null;
      if (!isWhole && (bytes[added.next + matched - from] ?? 0) > (wanted[matched] ?? 0)) return null;
    }
    if (offset === null || termEnd <= at) return null;
    offsetAt = offset.next;
    at = termEnd;
  }
  return null;
}
