import { unspacedScripts } from './scripts.ts';
import { stopWords } from './stop-words.ts';

/** Shorter words of a script with spaces say little about a topic. */
const leastLength = 3;
const longest = 32;
const runs = new RegExp(`${unspacedScripts}{2,4096}|[[\\p{L}\\p{M}]--${unspacedScripts}]{1,256}`, 'gv');
const unspaced = new RegExp(`^${unspacedScripts}`, 'v');
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * Words that a topic may be called by, lower case, in order and with repetition: whole words as people write them, where
 * search terms are stems and pairs of characters. Chinese and Japanese are cut by the dictionary of the runtime.
 */
export function labelWordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(runs)) {
    if (unspaced.test(run)) words.push(...segmentsOf(run));
    else if (run.length >= leastLength && run.length <= longest && !stopWords.has(run)) words.push(run);
  }
  return words;
}

function segmentsOf(run: string): readonly string[] {
  return [...segmenter.segment(run)].map(({ segment }) => segment).filter(({ length }) => length > 1);
}
