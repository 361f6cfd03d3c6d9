const words =
  /[[\p{L}\p{N}_]--\p{Script=Han}][[\p{L}\p{N}\p{M}_]--\p{Script=Han}]*(?:[\-.\/:@'’+#][[\p{L}\p{N}_]--\p{Script=Han}]+)*[%#+]*/gv;
const sentenceStart = /(?:^|[.?!:;。？！：；\n]["'“”(（*_]*)\s*$/u;
/** `v1.2`, `foo_bar`, `getUser`, `HTTP`: identifiers and acronyms. */
const identifier = /\p{L}\p{N}|\p{N}\p{L}|[_@#]|\p{Ll}\p{Lu}|\p{Lu}{2}/u;
/** `40mg`, `5GB`, `16x`: a number, which is compared as one. */
const quantity = /^\p{N}+(?:[.,]\p{N}+)*\p{L}{1,3}(?:\/\p{L}+)?$/u;
/** Of a compound, `IL-6` and `Arp2/3` are one name, and `Rad53-dependent` holds one. */
const joints = /[-/](?!\p{N})/u;

/**
 * The names and identifiers in a text of Latin letters: words with a capital that begin no sentence, and what is
 * written as no plain word is; of compounds, the parts that are. Other scripts mark no names.
 */
export function namesIn(text: string): readonly string[] {
  const plain = text.normalize('NFKC');
  return [...plain.matchAll(words)].flatMap(({ 0: word, index }) => {
    if (quantity.test(word)) return [];
    const begins = sentenceStart.test(plain.slice(Math.max(0, index - 8), index));
    if (identifier.test(word)) {
      const parts = word.split(joints).filter((part) => identifier.test(part) || isCapital(part));
      return parts.length === 0 ? [word] : parts;
    }
    return isCapital(word) && !begins ? [word] : [];
  });
}

function isCapital(word: string): boolean {
  return word.length > 1 && /^\p{Lu}/u.test(word);
}
