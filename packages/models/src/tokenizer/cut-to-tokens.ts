import type { Tokenizer } from '@winnow/core';

/**
 * The longest beginning of a text that has at most so many tokens. A character outside the basic plane is
 * not cut in two.
 * @param count tokens of a text; must not fall when the text grows.
 * @returns the text itself if it is short enough.
 */
export function cutToTokens(text: string, maxTokens: number, count: Tokenizer['count']): string {
  if (count(text) <= maxTokens) return text;
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >>> 1;
    if (count(text.slice(0, middle)) <= maxTokens) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, endsInHalf(text, fits) ? fits - 1 : fits);
}

function endsInHalf(text: string, end: number): boolean {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff;
}
