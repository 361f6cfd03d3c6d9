import { type Ground, isBorneOut, type SupportLimits, supportFor } from './bears-out.ts';
import { bareAnswer, statedIn } from './claims-in.ts';

/**
 * What a source says that bears out a sentence, or a part of it up to a mark.
 *
 * A mere `Yes` says what the question asks, a mere `No` that the source speaks of it and does not say it.
 *
 * @param sentences the ways the sentence may be read, the first that holds counts.
 * @returns null if it bears out none.
 */
export function quoteFor(sentences: readonly string[], ground: Ground, limits: SupportLimits): string | null {
  for (const sentence of sentences) {
    const stated = statedIn(sentence);
    const bare = bareAnswer(stated.trim());
    const support = supportFor(
      bare === null ? stated : ground.question,
      bare === null ? ground : { ...ground, question: '' },
    );
    if (support === null) continue;
    const holds = isBorneOut(support, limits);
    if (bare === 'no' ? !holds && support.inQuote >= limits.inQuote : holds) return support.quote;
  }
  return null;
}
