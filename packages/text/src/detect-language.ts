const hanRuns = /\p{Script=Han}{1,4096}/gu;
const spacedWords = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}]{1,4096}/gu;

/** Only this many UTF-16 code units are looked at. */
const sampleLength = 65_536;

/**
 * The language a text is mostly written in, of the two that there are models for. Weighs Han characters
 * against words of other scripts, so Chinese prose full of English names is still `zh`, and English prose
 * that quotes some Chinese is still `en`.
 * @param text only its beginning counts.
 * @returns `en` where nothing speaks for `zh`, so also for empty text.
 */
export function detectLanguage(text: string): 'en' | 'zh' {
  const sample = text.slice(0, sampleLength);
  let hanCharacters = 0;
  for (const [run] of sample.matchAll(hanRuns)) hanCharacters += run.length;
  if (hanCharacters === 0) return 'en';
  let words = 0;
  for (const _ of sample.matchAll(spacedWords)) words += 1;
  return hanCharacters >= words ? 'zh' : 'en';
}
