import { searchTerms } from '@winnow/text';

const words = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:[-./:@'’+#][\p{L}\p{N}_]+)*[%#+]*/gu;
const sentenceStart = /(?:^|[.?!:;。？！：；\n]["'“”(（*_]*)\s*$/u;
/** `v1.2`, `foo_bar`, `getUser`, `HTTP`: identifiers and acronyms. */
const identifier = /\p{L}\p{N}|\p{N}\p{L}|[_@#]|\p{Ll}\p{Lu}|\p{Lu}{2}/u;

/**
 * Search terms of the names and identifiers in a text of Latin letters: words with a capital that begin no
 * sentence, and what is written as no plain word is. Other scripts mark no names.
 */
export function namesIn(text: string): ReadonlySet<string> {
  const plain = text.normalize('NFKC');
  const names = [...plain.matchAll(words)].filter(({ 0: word, index }) => {
    if (/\p{Script=Han}/u.test(word)) return false;
    if (identifier.test(word)) return true;
    return (
      /^\p{Lu}/u.test(word) &&
      word.length > 1 &&
      !sentenceStart.test(plain.slice(Math.max(0, index - 8), index))
    );
  });
  // Behind another term, since a text of nothing but stop words (`On the …`) keeps them.
  return new Set(names.flatMap(([word]) => searchTerms(`0 ${word}`).slice(1)));
}
