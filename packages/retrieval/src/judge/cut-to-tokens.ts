/** A text that may have lost its end. */
export interface CutText {
  readonly text: string;
  readonly cut: boolean;
}

/**
 * The longest start of a text that has at most so many tokens, found by halving: a few counts, whatever the
 * length. Characters stay whole.
 *
 * @param limit tokens, ≥ 0.
 * @param countTokens grows with the text, if not strictly.
 */
export function cutToTokens(text: string, limit: number, countTokens: (text: string) => number): CutText {
  if (countTokens(text) <= limit) return { text, cut: false };
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (countTokens(startOf(text, middle)) <= limit) fits = middle;
    else tooLong = middle;
  }
  return { text: startOf(text, fits), cut: true };
}

/** Leaves a character of two code units out rather than halving it. */
function startOf(text: string, end: number): string {
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}
