import { searchTerms, splitSentences } from '@winnow/text';

/** A sentence of a source. */
export interface SourceSentence {
  /** Number of its source. */
  readonly n: number;
  readonly text: string;
  /** The heading it stands under, then the sentence: what it says where it stands. */
  readonly inContext: string;
  /** Of the sentence alone. */
  readonly terms: ReadonlySet<string>;
  /** Of the sentence and the heading it stands under. */
  readonly termsInContext: ReadonlySet<string>;
}

/** An ATX heading of Markdown, as it stands in the text of a chunk. */
const headingLine = /^#{1,6}[ \t]+(.*?)[ \t#]*$/;

/** Opens and closes a block of code, which is looked at and not quoted as a sentence. */
const codeFence = /^(?:```|~~~)/;

/**
 * Cuts sources into the sentences that say something: those with search terms. A heading says what is to come
 * and answers nothing, so it is no sentence but the context of those beneath it.
 */
export function sentencesOf(
  sources: readonly { readonly n: number; readonly text: string }[],
): readonly SourceSentence[] {
  return sources.flatMap(({ n, text: source }) => {
    let heading = '';
    let inCode = false;
    const sentences: SourceSentence[] = [];
    for (const { start, end } of splitSentences(source)) {
      const text = source.slice(start, end);
      if (codeFence.test(text)) inCode = !inCode;
      if (inCode || codeFence.test(text)) continue;
      const title = headingLine.exec(text)?.[1];
      if (title !== undefined) {
        heading = title;
        continue;
      }
      const terms = new Set(searchTerms(text));
      if (terms.size === 0) continue;
      const termsInContext = terms.union(new Set(searchTerms(heading)));
      const inContext = heading === '' ? text : `${heading}\n${text}`;
      sentences.push({ n, text, inContext, terms, termsInContext });
    }
    return sentences;
  });
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
    const holders = sentences.filter(({ termsInContext }) => termsInContext.has(term)).length;
    return { term, weight: Math.log1p(sentences.length / Math.max(holders, 0.5)) };
  });
  const total = wanted.reduce((sum, { weight }) => sum + weight, 0);
  return sentences.map(({ termsInContext }) =>
    total === 0
      ? 0
      : wanted.reduce((sum, { term, weight }) => (termsInContext.has(term) ? sum + weight : sum), 0) / total,
  );
}
