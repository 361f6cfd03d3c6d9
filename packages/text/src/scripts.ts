/**
 * For regular expressions with the `v` flag: scripts that write words without white space between them, or
 * glue particles on (Korean). Runs of them are cut into n-grams. Nothing of it is case-sensitive.
 */
export const unspacedScripts =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー]';

const han = /\p{Script=Han}/u;

/** Whether the text has any Han character (Chinese, Japanese kanji). */
export function hasHan(text: string): boolean {
  return han.test(text);
}
