/**
 * A version of a document as the model of the world has it. Every part becomes one chunk, in which the document, the
 * version and the part are written, so that any chunk says what it is.
 */
export interface Page {
  /** A word that stands in this document and in no other: searching for it finds the document's chunks. */
  readonly word: string;
  /** Counts from 1, and on when a document is deleted and made anew: no two contents have the same. */
  readonly version: number;
  /** 1 or more. */
  readonly parts: number;
}

/** What a chunk says of itself. */
export interface Stamp {
  readonly word: string;
  readonly version: number;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

/** Tokens that chunks of a corpus of pages must have room for: a part fits into one, and no two do. */
export const pageChunkTokens = 80;

const lastWords = 'Whoever finds this part finds every other one, and all of them at the same version.';

/** As a Markdown file. */
export function pageText(page: Page): string {
  return `${pageChunks(page).join('\n\n')}\n`;
}

/** The text of each chunk that is to be made of it, in order. */
export function pageChunks({ word, version, parts }: Page): readonly string[] {
  return Array.from({ length: parts }, (_, at) => {
    const heading = at === 0 ? `# The ${word} page\n\n## Part 1` : `## Part ${at + 1}`;
    const stamp = `${word} stands at version ${version}, part ${at + 1} of ${parts}.`;
    return `${heading}\n\n${stamp} ${lastWords}`;
  });
}

/** @returns null for a text that is of no page, or of less than a whole part. */
export function stampOf(text: string): Stamp | null {
  const groups =
    /(?<word>[a-z]+) stands at version (?<version>\d+), part (?<part>\d+) of (?<parts>\d+)\./.exec(
      text,
    )?.groups;
  if (groups === undefined || !text.endsWith(lastWords)) return null;
  const { word = '', version, part, parts } = groups;
  return { word, version: Number(version), part: Number(part), parts: Number(parts) };
}

const consonants = 'bdfgklmnprtvz';
const vowels = 'aiou';
const syllables = [...consonants].flatMap((consonant) => [...vowels].map((vowel) => consonant + vowel));

/** The word of the page with that number: no two have the same, and no stemming makes them so. */
export function wordOf(number: number): string {
  let left = number;
  let word = '';
  do {
    word = (syllables[left % syllables.length] ?? '') + word;
    left = Math.floor(left / syllables.length);
  } while (left > 0);
  return `qu${word.padStart(6, 'ba')}x`;
}
