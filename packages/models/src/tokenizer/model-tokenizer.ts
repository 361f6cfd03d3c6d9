import { readFileSync } from 'node:fs';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { AppError, type Tokenizer } from '@winnow/core';
import { tokenizerShape, wordSplitterFor } from './word-splitter.ts';

/** A model's own tokenizer, with the ids that the model takes. */
export interface ModelTokenizer extends Tokenizer {
  /**
   * Token ids of the text without special tokens.
   * @param limit stop soon after so many: the result may be longer, never shorter than it has to be.
   */
  ids(text: string, limit?: number): number[];
  tokenOf(id: number): string;
  /** What begins and what ends a single text: `[CLS]` and `[SEP]`, `<s>` and `</s>`. */
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a `tokenizer.json` of Hugging Face tokenizers.
 * @throws AppError `not_found` if there is no such file, `failed_precondition` if it is no tokenizer we can run.
 */
export function loadTokenizer(path: string): Tokenizer {
  return loadModelTokenizer(path);
}

/** As {@link loadTokenizer}, with ids. */
export function loadModelTokenizer(path: string): ModelTokenizer {
  const content = readText(path);
  try {
    return createModelTokenizer(JSON.parse(content));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('failed_precondition', `${path} is no tokenizer we can run: ${reason.slice(0, 200)}`, {
      cause: error,
    });
  }
}

/**
 * Tokenizes word by word and remembers the words, since a corpus has few distinct ones: the library alone
 * takes seconds for a megabyte.
 * @param json content of a `tokenizer.json`; its truncation and padding are not followed.
 */
export function createModelTokenizer(json: object): ModelTokenizer {
  const library = new LibraryTokenizer(json, {});
  const split = wordSplitterFor(tokenizerShape.parse(json));
  const idsOfWord = remember((word) => library.encode(word, { add_special_tokens: false }).ids);
  const [first, last, ...more] = library.encode('', { add_special_tokens: true }).ids;
  if (first === undefined || last === undefined || more.length > 0) {
    throw new Error('it does not put one special token on either side of a text');
  }
  const ids = (text: string, limit = Number.POSITIVE_INFINITY) => {
    const all: number[] = [];
    for (const word of split(text)) {
      for (const id of idsOfWord(word)) all.push(id);
      if (all.length >= limit) break;
    }
    return all;
  };
  const tokenOf = (id: number) => library.id_to_token(id) ?? '';
  return {
    ids,
    tokenOf,
    first,
    last,
    count(text) {
      let count = 0;
      for (const word of split(text)) count += idsOfWord(word).length;
      return count;
    },
    tokens: (text) => ids(text).map(tokenOf),
  };
}

const maxRememberedWords = 50_000;
const maxRememberedLength = 32;

function remember(idsOf: (word: string) => readonly number[]): (word: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const remembered = known.get(word);
    if (remembered) return remembered;
    const ids = idsOf(word);
    if (word.length > maxRememberedLength) return ids;
    // Forgetting all at once is crude and costs one slow text in many thousands.
    if (known.size >= maxRememberedWords) known.clear();
    known.set(word, ids);
    return ids;
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw AppError.from(error);
  }
}
