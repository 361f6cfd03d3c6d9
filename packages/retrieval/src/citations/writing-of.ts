const scripts = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Hangul', 'Thai'] as const;
const words = scripts.map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}+`, 'gu') }));
const han = /\p{Script=Han}/gu;
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** What a text is mostly written in. */
export type Writing = (typeof scripts)[number] | 'Han' | 'Kana';

/**
 * What a text is mostly written in: texts of different writing share no words, whatever they say. A Han character
 * weighs as much as a word of another script, so that prose full of foreign names stays what it is; Japanese is told
 * by its kana.
 *
 * @returns null for a text without letters.
 */
export function writingOf(text: string): Writing | null {
  const characters = text.match(han)?.length ?? 0;
  const counts = words.map(({ script, pattern }) => ({ script, count: text.match(pattern)?.length ?? 0 }));
  const [most] = counts.sort((left, right) => right.count - left.count);
  if (characters > 0 && characters >= (most?.count ?? 0)) return kana.test(text) ? 'Kana' : 'Han';
  return most === undefined || most.count === 0 ? null : most.script;
}
