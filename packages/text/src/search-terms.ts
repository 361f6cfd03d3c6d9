import { hasHan, unspacedScripts } from './scripts.ts';
import { stemWord } from './stem-word.ts';
import { stopWords } from './stop-words.ts';

/** Grows with every change of what {@link searchTerms} returns; part of an index' fingerprint. */
export const analysisVersion = 1;

/** Longest term in UTF-16 code units; longer words are cut, in documents and queries alike. */
export const maxTermLength = 64;

const letter = `[[\\p{L}\\p{N}]--${unspacedScripts}]`;
const wordRest = `[[\\p{L}\\p{N}\\p{M}_]--${unspacedScripts}]{0,511}`;
/**
 * Runs of unspaced scripts (group 1), or words with what joins them into identifiers. Repetition is bounded
 * since the engine keeps a way back for each step: a word of megabytes would exhaust its stack.
 */
const runs = new RegExp(
  `(${unspacedScripts}[${unspacedScripts}\\p{M}]{0,4095})` +
    `|${letter}${wordRest}(?:[\\-.\\/:@'’]${letter}${wordRest}){0,31}(?:\\+\\+|#)?`,
  'gv',
);
const smallLetters = /^[a-z]+$/;
const invisible = /[\u00AD\u200B-\u200D\u2060\uFEFF]/g;
const joiners = /[-./:@'’_]+/;
/** What follows the apostrophe in `it's`, `don't`, `we'll`: no part of the word that is meant. */
const contraction = /['’](?:s|t|re|ve|ll|d|m)(?![\p{L}\p{N}])/giu;
const identifierSign = /[\p{N}_.@]/u;
/** `C++`, `C#`, `F#`: only after a short name, since `#` may end a heading. */
const shortNameWithSign = /^\p{L}{1,2}(?:\+\+|#)$/u;
const outerSigns = /^_+|[_+#]+$/g;
const camelCase = /\p{Ll}\p{Lu}\p{Ll}/u;
const camelBorder = /(?<=\p{Ll})(?=\p{Lu}\p{Ll})/u;

/**
 * The terms under which a text is found by BM25: one analysis for documents and queries, in order, with
 * repetition. Text is brought to NFKC and lower case, then
 * - runs of Han → each character and each pair of neighbours; kana, Hangul, Thai… → pairs
 * - other words → English stop words out, Snowball English stem
 * - identifiers (`PPR-9087`, `v1.2.3`, `foo_bar`, `node.js`, `getUser`, `C++`) → whole, and in parts
 *
 * A stop word in capitals (`IT`) is kept as a name, and a text of nothing but stop words keeps them all.
 * Terms have no white space and at most {@link maxTermLength} code units. Linear in the length of the text.
 */
export function searchTerms(text: string): string[] {
  const terms: string[] = [];
  const skipped: string[] = [];
  let gramsEnd = -1;
  let lastCharacter = '';
  for (const match of text.normalize('NFKC').replace(invisible, '').matchAll(runs)) {
    if (match[1] === undefined) {
      addWord(match[0], terms, skipped);
      continue;
    }
    lastCharacter = addGrams(match.index === gramsEnd ? lastCharacter : '', match[1], terms);
    gramsEnd = match.index + match[1].length;
  }
  return terms.length > 0 ? terms : skipped;
}

/**
 * @param before the character that the run goes on from, or ''.
 * @returns the run's last character.
 */
function addGrams(before: string, run: string, terms: string[]): string {
  let previous = before;
  for (const character of run) {
    if (previous !== '') terms.push(previous + character);
    if (hasHan(character)) terms.push(character);
    previous = character;
  }
  if (previous === run && before === '' && !hasHan(run)) terms.push(run);
  return previous;
}

function addWord(run: string, terms: string[], skipped: string[]): void {
  // Most words are nothing but small letters: there is nothing in them to take off or apart.
  if (smallLetters.test(run)) {
    addPart(run, terms, skipped);
    return;
  }
  if (shortNameWithSign.test(run)) terms.push(run.toLowerCase());
  const word = run.replace(contraction, '').replace(outerSigns, '');
  const parts = word.split(joiners);
  if (parts.length > 1 && identifierSign.test(word) && word.length <= maxTermLength) {
    terms.push(cut(word.toLowerCase()));
  }
  for (const part of parts) {
    addPart(part, terms, skipped);
    if (camelCase.test(part)) for (const piece of part.split(camelBorder)) addPart(piece, terms, skipped);
  }
}

function addPart(part: string, terms: string[], skipped: string[]): void {
  const word = part.toLowerCase();
  const isName = part.length > 1 && part !== word && part === part.toUpperCase();
  const target = stopWords.has(word) && !isName ? skipped : terms;
  if (word !== '') target.push(cut(stemWord(cut(word))));
}

/** Never between the halves of a surrogate pair. */
function cut(term: string): string {
  if (term.length <= maxTermLength) return term;
  const inPair = (term.codePointAt(maxTermLength - 1) ?? 0) > 0xffff;
  return term.slice(0, inPair ? maxTermLength - 1 : maxTermLength);
}
