import { searchTerms, splitSentences } from '@winnow/text';

/** A sentence of a source. */
export interface SourceSentence {
  /** Number of its source. */
  readonly n: number;
  readonly text: string;
  readonly terms: ReadonlySet<string>;
}

/** Cuts sources into the sentences that say something: those with search terms. */
export function sentencesOf(
  sources: readonly { readonly n: number; readonly text: string }[],
): readonly SourceSentence[] {
  return sources.flatMap(({ n, text }) =>
    splitSentences(text)
      .map(({ start, end }) => text.slice(start, end))
      .map((sentence) => ({ n, text: sentence, terms: new Set(searchTerms(sentence)) }))
      .filter(({ terms }) => terms.size > 0),
  );
}

/**
 * How much of a question each sentence takes up: the share of the question's distinct terms that it holds, each
 * weighted by how rare it is among the sentences (log(1 + sentences ÷ holders)); a term that none holds weighs
 * most, since the sources say nothing of it.
 *
 * @returns 0–1 per sentence, in input order; all 0 for a question without terms.
 */
export function termOverlaps(question: string, sentences: readonly SourceSentence[]): readonly number[] {
  const wanted = [...new Set(searchTerms(question))].map((term) => {
    const holders = sentences.filter(({ terms }) => terms.has(term)).length;
    return { term, weight: Math.log1p(sentences.length / Math.max(holders, 0.5)) };
  });
  const total = wanted.reduce((sum, { weight }) => sum + weight, 0);
  return sentences.map(({ terms }) =>
    total === 0
      ? 0
      : wanted.reduce((sum, { term, weight }) => (terms.has(term) ? sum + weight : sum), 0) / total,
  );
}
