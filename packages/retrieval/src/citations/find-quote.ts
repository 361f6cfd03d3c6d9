import { searchTerms, splitSentences } from '@winnow/text';
import { rowsIn } from '../markup/rows-in.ts';

/** A passage of a source that says what a claim says, as far as words tell. */
export interface Quote {
  /** Stands in the source, letter for letter. */
  readonly text: string;
  /** Share of the claim's distinct search terms that stand in the quote, 0–1. */
  readonly support: number;
  /** The quote with a sentence before and one behind it; a row of a table with the names of its columns. */
  readonly around: string;
}

/** How much a second sentence must add before it is quoted too. */
const worthOfSecondSentence = 0.15;

/**
 * The sentence of a source, or two neighbouring ones where the second adds much, that shares most terms with
 * a claim. Works in any language that search terms work in.
 *
 * @param columns names of the columns of a table that the source goes on with.
 * @returns null if claim or source hold no terms.
 */
export function findQuote(claim: string, source: string, columns: readonly string[] = []): Quote | null {
  const wanted = new Set(searchTerms(claim));
  if (wanted.size === 0) return null;
  const sentences = unitsIn(source, columns).map(({ start, end, said }) => ({
    start,
    end,
    said,
    held: wanted.intersection(new Set(searchTerms(said))),
  }));
  const singles = sentences.map(({ start, end, said, held }) => ({
    start,
    end,
    said,
    support: held.size / wanted.size,
  }));
  const pairs = sentences.slice(1).map(({ end, said, held }, index) => {
    const first = sentences[index] ?? { start: 0, said: '', held: new Set<string>() };
    const support = first.held.union(held).size / wanted.size;
    return { start: first.start, end, said: `${first.said}\n${said}`, support };
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
    around: `${best.said}\n${source.slice(before.start, after.end)}`,
  };
}

/** Sentences, and rows of tables by what they say together with their head. */
function unitsIn(
  source: string,
  columns: readonly string[],
): readonly { readonly start: number; readonly end: number; readonly said: string }[] {
  const rows = rowsIn(source, columns).map(({ start, end, shown }) => ({ start, end, said: shown }));
  const sentences = splitSentences(source)
    .filter((span) => !rows.some((row) => span.start < row.end && row.start < span.end))
    .map(({ start, end }) => ({ start, end, said: source.slice(start, end) }));
  return rows.length === 0
    ? sentences
    : [...sentences, ...rows].sort((left, right) => left.start - right.start);
}

/** The first of those with the highest support. */
function bestOf<Span extends { readonly support: number }>(spans: readonly Span[]): Span | null {
  return spans.reduce<Span | null>(
    (best, span) => (best === null || span.support > best.support ? span : best),
    null,
  );
}
