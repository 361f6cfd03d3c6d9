import type { StoredChunk } from '@winnow/core';
import type { HitContext } from './search-response.ts';

/** What joining looks at. */
type Passage = Pick<StoredChunk, 'text' | 'start' | 'end'>;

/**
 * Joins passages of one document into one text: what two of them share appears once, and passages that do
 * not touch are parted by a line break.
 *
 * @param passages at least one, in any order; each `text` is the document's from `start` to `end`.
 */
export function joinChunks(passages: readonly [Passage, ...Passage[]]): HitContext {
  const [first, ...others] = [...passages].sort(
    (left, right) => left.start - right.start || left.end - right.end,
  );
  if (first === undefined) return { text: '', start: 0, end: 0 };
  return others.reduce<HitContext>((joined, next) => append(joined, next), {
    text: first.text,
    start: first.start,
    end: first.end,
  });
}

function append(joined: HitContext, next: Passage): HitContext {
  if (next.end <= joined.end) return joined;
  const addition = next.start > joined.end ? `\n${next.text}` : next.text.slice(joined.end - next.start);
  return { text: joined.text + addition, start: joined.start, end: next.end };
}
