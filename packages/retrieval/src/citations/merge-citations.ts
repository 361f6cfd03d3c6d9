import { cleanText } from '../clean-text.ts';
import type { Citation } from './check-citations.ts';

/** Between two quotes that are shown as one. */
const saysNothing = /^[^\p{L}\p{N}]*$/u;

/**
 * Citations without repetition: quotes of one source that touch or overlap become one, letter for letter what stands
 * there; each keeps the place of its first.
 *
 * @param textOf the source of a citation.
 */
export function mergeCitations(
  citations: readonly Citation[],
  textOf: (citation: Citation) => string,
): readonly Citation[] {
  const merged: Citation[] = [];
  for (const citation of citations) {
    const at = merged.findIndex((one) => one.n === citation.n && one.checked === citation.checked);
    const same = merged.filter((one) => one.n === citation.n && one.checked === citation.checked);
    const text = same.length === 0 ? '' : cleanText(textOf(citation));
    const joined = same
      .map((one) => ({ one, quote: joinedQuote(text, one.quote, citation.quote) }))
      .find(({ quote }) => quote !== null);
    if (at === -1 || joined === undefined || joined.quote === null) merged.push(citation);
    else merged[merged.indexOf(joined.one)] = { ...joined.one, quote: joined.quote };
  }
  return merged;
}

/** What stands from the one to the other; null where something else stands between them. */
function joinedQuote(text: string, one: string, other: string): string | null {
  if (one.includes(other)) return one;
  if (other.includes(one)) return other;
  const [first, second] = [text.indexOf(one), text.indexOf(other)];
  if (first === -1 || second === -1) return null;
  const [start, end] = first < second ? [first + one.length, second] : [second + other.length, first];
  if (start < end && !saysNothing.test(text.slice(start, end))) return null;
  return text.slice(Math.min(first, second), Math.max(first + one.length, second + other.length));
}
