import { damagedTerms } from './damaged-terms.ts';
import { headerBytes, type Leaf, type Stretch } from './leaf.ts';

/**
 * Reads the postings of a term in one segment: row ids, the first of each page as it is and the others as differences, each
 * followed by the size of its positions and the positions, of which only the number is wanted.
 * @param next the page behind the last one; null where the segment ends.
 * @param add is given each row id and how often the term stands in that chunk.
 * @throws AppError `failed_precondition` if it breaks off.
 */
export function readDoclist(
  first: Stretch,
  next: () => Leaf | null,
  add: (chunk: number, count: number) => void,
): void {
  let { leaf, start: at, end } = first;
  let chunk = 0;
  let isFirst = true;
  const turnTo = (following: Leaf) => {
    leaf = following;
    end = leaf.firstTerm;
    isFirst = true;
  };
  for (;;) {
    while (at < end) {
      let { bytes } = leaf;
      // Written out where it counts: this is the innermost loop of a search.
      let byte = bytes[at++] ?? 0;
      let step = byte & 0x7f;
      while (byte > 0x7f) {
        byte = bytes[at++] ?? 0;
        step = step * 128 + (byte & 0x7f);
      }
      chunk = isFirst ? step : chunk + step;
      isFirst = false;
      byte = bytes[at++] ?? 0;
      let size = byte & 0x7f;
      while (byte > 0x7f) {
        byte = bytes[at++] ?? 0;
        size = size * 128 + (byte & 0x7f);
      }
      let left = Math.floor(size / 2);
      let count = 0;
      for (;;) {
        const stop = Math.min(at + left, leaf.end);
        left -= stop - at;
        while (at < stop) if ((bytes[at++] ?? 0) < 0x80) count += 1;
        if (left <= 0) break;
        const following = next();
        if (following === null) throw damagedTerms('a list of positions breaks off');
        turnTo(following);
        bytes = leaf.bytes;
        at = headerBytes;
      }
      if (count > 0) add(chunk, count);
      if (isFirst) at = leaf.firstRowId === 0 ? end : leaf.firstRowId;
    }
    const following = end < leaf.end ? null : next();
    if (following === null) return;
    turnTo(following);
    at = leaf.firstRowId === 0 ? end : leaf.firstRowId;
  }
}
