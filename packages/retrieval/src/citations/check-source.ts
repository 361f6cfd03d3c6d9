import { rowsIn } from '../markup/rows-in.ts';
import { foreignSupport, type Meaning } from './across-languages.ts';
import { type Ground, isBorneOut, type SupportLimits, supportFor } from './bears-out.ts';
import { bareAnswer, statedIn } from './claims-in.ts';
import { findVerbatim } from './find-verbatim.ts';

/** What a source is asked with. */
export interface Measure {
  readonly limits: SupportLimits;
  readonly meaning: Meaning | null;
}

/** What a source says for a sentence. */
export interface Finding {
  readonly quote: string;
  /** False where it is in another language and nothing tells whether it says the same. */
  readonly checked: boolean;
}

/**
 * What a source says that bears out a sentence, or a part of it up to a mark.
 *
 * A mere `Yes` says what the question asks, a mere `No` that the source speaks of it and does not say it.
 *
 * @param sentences the ways the sentence may be read, the first that holds counts.
 * @returns null if it bears out none.
 */
export function findingFor(sentences: readonly string[], ground: Ground, measure: Measure): Finding | null {
  for (const sentence of sentences) {
    const stated = statedIn(sentence).trim();
    const bare = bareAnswer(stated);
    const verbatim = bare === null ? verbatimIn(stated, ground) : null;
    if (verbatim !== null) return { quote: verbatim, checked: true };
    const claim = bare === null ? stated : ground.question;
    const against = bare === null ? ground : { ...ground, question: '' };
    const support = supportFor(claim, against);
    const holds = support !== null && isBorneOut(support, measure.limits);
    const denies = bare === 'no' && !holds && (support?.inQuote ?? 0) >= measure.limits.inQuote;
    if (support !== null && (bare === 'no' ? denies : holds)) return { quote: support.quote, checked: true };
    const foreign = foreignSupport(claim, against, measure.meaning, measure.limits.likeness);
    if (foreign !== null && bare === null) return foreign;
  }
  return null;
}

/** What is quoted needs no comparing of words, in which equal texts may differ: the number of a row, a denial at the end. */
function verbatimIn(stated: string, { parts, columns }: Ground): string | null {
  for (const part of parts) {
    const row = rowsIn(part, columns).find(({ shown }) => findVerbatim(stated, shown) !== null);
    const found = row === undefined ? findVerbatim(stated, part) : part.slice(row.start, row.end);
    if (found !== null) return found;
  }
  return null;
}
