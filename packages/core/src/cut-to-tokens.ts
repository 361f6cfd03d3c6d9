/**
 * The longest start of a text that has at most so many tokens, found by halving: a few counts, whatever the length.
 * A character outside the basic plane is not cut in two.
 * @param limit tokens, ≥ 0.
 * @param count tokens of a text; must not fall when the text grows.
 * @returns the text itself if it is short enough, else a shorter one.
 */
export function cutToTokens(text: string, limit: number, count: (text: string) => number): string {
  if (count(text) <= limit) return text;
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >>> 1;
    if (count(startOf(text, middle)) <= limit) fits = middle;
    else tooLong = middle;
  }
  return startOf(text, fits);
}

/** Leaves a character of two code units out rather than halving it. */
function startOf(text: string, end: number): string {
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}
