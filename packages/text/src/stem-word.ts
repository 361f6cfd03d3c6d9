import { stem } from 'porter2';

/** Distinct words whose stems are remembered: a few MB, and nearly all words of ordinary text. */
const memoSize = 50_000;
const memo = new Map<string, string>();

const latinWord = /^[a-z]+$/;

/**
 * Snowball's English stem (Porter2) of a lower-case word. Words with digits or letters outside a–z stay as
 * they are.
 * @see Porter, https://snowballstem.org/algorithms/english/stemmer.html
 */
export function stemWord(word: string): string {
  const known = memo.get(word);
  if (known !== undefined) return known;
  const stemmed = latinWord.test(word) ? stem(word) : word;
  if (memo.size >= memoSize) memo.clear();
  memo.set(word, stemmed);
  return stemmed;
}
