import { hasHan } from '@winnow/text';
import { plainQuestion } from './plain-question.ts';
import { turningHan, turningWords } from './turning-words.ts';

/**
 * Whether two questions ask with the same numbers, identifiers and names in the same order, the same question
 * words, negations and words of opposite meaning, and the same directions. Embeddings see such questions as nearly
 * equal (`2023` and `2024`, `enable` and `disable`, `from USD to EUR` and `from EUR to USD`), and their answers
 * differ. Knows words, not meaning: it finds the usual, not everything.
 */
export function sameSpecifics(one: string, other: string): boolean {
  const left = specificsOf(one);
  const right = specificsOf(other);
  return sameItems(left.inOrder, right.inOrder) && sameItems(left.turning, right.turning);
}

interface Specifics {
  /** Numbers, identifiers, names, in the order they stand. */
  readonly inOrder: readonly string[];
  /** Words that turn a meaning round, sorted. */
  readonly turning: readonly string[];
}

const thousands = /(?<=\d),(?=\d{3}(?!\d))/g;
/** A word with what joins it into an identifier, or one run of Han. */
const tokens = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:[-./:@'’+#][\p{L}\p{N}_]+)*[%#+]*/gu;
const sentenceStart = /(?:^|[.?!:;。？！：；\n]["'“”(（]?)\s*$/u;
const specific = /[\p{N}_@/+#]|\p{Ll}\p{Lu}|\p{Lu}{2}/u;
const directions =
  /\b(?:to|into|onto|from|than|by|versus|vs)\s+(?:(?:the|a|an|my)\s+)?[\p{L}\p{N}]+|(?:从|從|到|比|被)\p{Script=Han}{2}/gu;

function specificsOf(question: string): Specifics {
  const text = question.normalize('NFKC').replace(thousands, '');
  const inOrder = [...text.matchAll(tokens)].flatMap(({ 0: token, index }) => {
    if (hasHan(token)) return token.toLowerCase().match(/[a-z\d.]+/g) ?? [];
    const named = specific.test(token) || (isCapital(token) && !sentenceStart.test(text.slice(0, index)));
    return named ? [token.toLowerCase()] : [];
  });
  const plain = plainQuestion(text);
  const turning = [
    ...(plain.match(/[\p{L}’']+/gu) ?? []).map((word) => turningWords.get(word.replace("'", '’')) ?? ''),
    ...(plain.match(turningHan) ?? []),
    ...(plain.match(directions) ?? []).map((direction) => direction.replace(/\s+(?:the|a|an|my)\s+/, ' ')),
  ];
  return { inOrder, turning: turning.filter((word) => word !== '').sort() };
}

function isCapital(token: string): boolean {
  return /^\p{Lu}/u.test(token) && token !== 'I';
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
