import type { Corpus, DocumentId, Store } from '@winnow/core';
import { liveRef } from '@winnow/core';
import { type Asked, holds } from './asked-of.ts';
import { termsWithJoins } from './joined-terms.ts';
import type { QuoteSection } from './quote-unit.ts';

/** What is known of the words of a whole corpus, beyond what was found of it. */
export interface Vocabulary {
  /**
   * The documents that hold one of the terms anywhere, which are few; null where none does, or it is common.
   * @throws AppError what the index throws.
   */
  rareIn(terms: readonly string[], signal: AbortSignal): Promise<ReadonlySet<DocumentId> | null>;
}

/** A word is rare that stands in one chunk of so many, at most; chosen where the limits were (`choose-quotes.ts`). */
const rareOneIn = 90;
/** No more chunks are looked at for a word: what stands in more of them counts as common. */
const mostLookedAt = 100;
/** No more words are looked for: each is a search. */
const mostWords = 8;
/** `2020-12` may stand in a text as part of something longer. */
const word = /^[a-z]{3,}$/;

/** {@link Vocabulary} of what a corpus has live. */
export function vocabularyOf({ chunks }: Pick<Store, 'chunks'>, corpus: Corpus): Vocabulary {
  const ref = liveRef(corpus);
  let counted: Promise<number> | null = null;
  return {
    async rareIn(terms, signal) {
      counted ??= chunks.tokenFrequencies(ref, []).then((frequencies) => frequencies.chunks);
      const most = Math.min(mostLookedAt, Math.floor((await counted) / rareOneIn));
      if (most === 0) return null;
      const { bm25 } = await chunks.recall(ref, {
        terms,
        vector: null,
        k: most + 1,
        filter: null,
        signal,
        wanted: () => ({ texts: [], around: { of: [], reach: 0 }, tokenVectors: [] }),
      });
      // A word that nobody uses may be mistyped, or another one for what they use.
      if (bm25.length === 0 || bm25.length > most) return null;
      return new Set(bm25.map(({ documentId }) => documentId));
    },
  };
}

/**
 * Those of the documents found that have a rare word of the question nowhere, not even where they were not looked at,
 * though others have it: they are about something else. In a question in Han none: its pairs of characters are no words.
 *
 * @throws AppError what the vocabulary throws.
 */
export async function documentsLackingRareWords(
  { wanted, inHan }: Asked,
  sections: readonly QuoteSection[],
  vocabulary: Vocabulary,
  signal: AbortSignal,
): Promise<ReadonlySet<DocumentId>> {
  if (inHan) return new Set();
  const found = [...termsByDocument(sections)];
  const missed = wanted
    .filter(({ term }) => word.test(term))
    .map((term) => ({ term, by: found.filter(([, terms]) => !holds(terms, term)).map(([id]) => id) }))
    .filter(({ by }) => by.length > 0)
    .slice(0, mostWords);
  const lacking = missed.map(async ({ term, by }) => {
    const holders = await vocabulary.rareIn([term.term, ...term.alsoBy], signal);
    return holders === null ? [] : by.filter((documentId) => !holders.has(documentId));
  });
  return new Set((await Promise.all(lacking)).flat());
}

function termsByDocument(sections: readonly QuoteSection[]): ReadonlyMap<DocumentId, ReadonlySet<string>> {
  const found = new Map<DocumentId, Set<string>>();
  for (const { documentId, title, headings, units } of sections) {
    const terms = found.get(documentId) ?? new Set();
    for (const term of termsWithJoins([title, ...headings].join('\n'))) terms.add(term);
    for (const unit of units) for (const term of unit.terms) terms.add(term);
    found.set(documentId, terms);
  }
  return found;
}
