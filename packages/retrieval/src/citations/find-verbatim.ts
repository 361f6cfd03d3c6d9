import { splitSentences } from '@winnow/text';

/**
 * What is compared: letters, digits and the signs that change what is said, such as those of a number (`2.5`, `-18`), a
 * name (`C++`) or a condition (`<`, `!ready`). The rest is how it is written.
 */
const said =
  /[[\p{L}\p{N}\p{M}\p{So}%‰$€£¥<>≤≥=≠±]--\p{Default_Ignorable_Code_Point}]|[.,:\/−\-](?=\p{N})|(?<=\p{L}|\+)[+#]|!(?=[\p{L}\(])/gv;
/** The marks of a quotation at the beginning of a line are no `greater than`. */
const quoteMarks = /^(?:[ \t]*>[ \t]?)+/gm;
/** What may stand before what a sentence says: its number in a list too. */
const begins = /^[^\p{L}\p{N}]*(?:\d{1,3}[.)、）])?[^\p{L}\p{N}]*$/u;
const ends = /^[^\p{L}\p{N}]*$/u;

/**
 * What a source says in the very words of a claim, whatever spaces, marks of emphasis and stops stand between them: a
 * sentence or several, from beginning to end. A part of one is none, since what is left out may deny it.
 *
 * @returns what stands there, letter for letter; null where it does not.
 */
export function findVerbatim(claim: string, source: string): string | null {
  const wanted = foldOf(claim).text;
  const fold = foldOf(source);
  let at = wanted === '' ? -1 : fold.text.indexOf(wanted);
  if (at === -1) return null;
  const sentences = splitSentences(source);
  for (; at !== -1; at = fold.text.indexOf(wanted, at + 1)) {
    const start = fold.starts[at] ?? 0;
    const end = fold.ends[at + wanted.length - 1] ?? start;
    const first = sentences.find((sentence) => sentence.end > start);
    const last = sentences.find((sentence) => sentence.end >= end);
    if (first === undefined || last === undefined) return null;
    if (begins.test(source.slice(first.start, start)) && ends.test(source.slice(end, last.end)))
      return source.slice(first.start, last.end);
  }
  return null;
}

interface Fold {
  readonly text: string;
  /** Where in the source what each code unit of the text comes from begins and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function foldOf(source: string): Fold {
  const plain = source.replace(quoteMarks, (marks) => ' '.repeat(marks.length));
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  for (const { 0: character, index } of plain.matchAll(said)) {
    const folded = character.normalize('NFKC').toLowerCase();
    text += folded;
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(index);
      ends.push(index + character.length);
    }
  }
  return { text, starts, ends };
}
