import { searchTerms, splitSentences } from '@winnow/text';

/** A passage of a source that says what a claim says, as far as words tell. */
export interface Quote {
  /** Stands in the source, letter for letter. */
  readonly text: string;
  /** Share of the claim's distinct search terms that stand in the quote, 0–1. */
  readonly support: number;
  /** The quote with a sentence before and one behind it. */
  readonly around: string;
}

/** How much a second sentence must add before it is quoted too. */
const worthOfSecondSentence = 0.15;

/**
 * The sentence of a source, or two neighbouring ones where the second adds much, that shares most terms with
 * a claim. Works in any language that search terms work in.
 *
 * @returns null if claim or source hold no terms.
 */
export function findQuote(claim: string, source: string): Quote | null {
  const wanted = new Set(searchTerms(claim));
  if (wanted.size === 0) return null;
  const sentences = splitSentences(source).map(({ start, end }) => ({
    start,
    end,
    held: wanted.intersection(new Set(searchTerms(source.slice(start, end)))),
  }));
  const singles = sentences.map(({ start, end, held }) => ({ start, end, support: held.size / wanted.size }));
  const pairs = sentences.slice(1).map(({ end, held }, index) => {
    const first = sentences[index] ?? { start: 0, held: new Set<string>() };
    const support = first.held.union(held).size / wanted.size;
    return { start: first.start, end, support };
  });
  const single = bestOf(singles);
  const pair = bestOf(pairs);
  if (single === null) return null;
  const best = pair !== null && pair.support >= single.support + worthOfSecondSentence ? pair : single;
  const before = sentences.findLast(({ end }) => end <= best.start) ?? best;
  const after = sentences.find(({ start }) => start >= best.end) ?? best;
  return {
    text: source.slice(best.start, best.end),
    support: best.support,
    around: source.slice(before.start, after.end),
  };
}

/** The first of those with the highest support. */
function bestOf<Span extends { readonly support: number }>(spans: readonly Span[]): Span | null {
  return spans.reduce<Span | null>(
    (best, span) => (best === null || span.support > best.support ? span : best),
    null,
  );
}
