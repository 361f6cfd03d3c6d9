import { cleanText } from '../clean-text.ts';

/** White space, and every kind of quote mark: models change both when they copy. */
const passedOver = /[\s"'`´‘’‚‛“”„‟«»‹›「」『』＂＇]+/gu;

/**
 * Whether a quote stands in a passage, letter for letter up to white space, quote marks and what cannot be
 * seen.
 */
export function holdsQuote(passage: string, quote: string): boolean {
  const wanted = bare(quote);
  return wanted !== '' && bare(passage).includes(wanted);
}

function bare(text: string): string {
  return cleanText(text).normalize('NFC').replace(passedOver, '');
}
