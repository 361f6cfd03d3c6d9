import { createCleanStream } from '../clean-stream.ts';
import { cleanText } from '../clean-text.ts';

/** Lets the text of an answer through piece by piece, without links that nobody gave it. */
export interface LinkGuard {
  /** @returns what may be shown now; what may be the start of a link is held back until it is clear. */
  push(delta: string): string;
  /** What was still held back, at the end of the stream. */
  end(): string;
  /** Links taken out so far. */
  removed(): number;
}

/** What stands in the place of a link. */
export const linkRemoved = '[link removed]';

const space = '\\s\\u3000-\\u303F\\uFF00-\\uFFEF\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
const inLink = `[^${space}<>"'\`()\\[\\]{}|\\\\^]`;
const host = '(?:[a-z0-9\\-]{1,63}\\.){1,8}[a-z]{2,24}';
/** `.`, `/` and `:` as HTML and Markdown also write them. */
const encodedSigns = '#0{0,5}(?:46|47|58)(?!\\d)|#x0{0,5}(?:2e|2f|3a)(?![\\da-f])|period|sol|colon';
/** Addresses with a scheme or without one (`//host`), `www.`, and bare hosts with parameters, which carry data. */
const links = new RegExp(
  `(?:[a-z][a-z0-9+.\\-]{0,30}:)?//(?:[\\p{L}\\p{N}\\-]{1,63}\\.)?${inLink}*` +
    `|https?:(?=\\S)${inLink}*` +
    `|(?:(?=[!-~])${inLink}){0,64}&(?:${encodedSigns});?${inLink}*` +
    `|(?:javascript|vbscript):(?=\\S)${inLink}*` +
    `|data:[\\w.+\\-]+\\/${inLink}*` +
    `|(?:mailto|tel|file|blob):${inLink}+` +
    `|www\\.${inLink}+` +
    `|(?<![\\w@.\\/\\-])${host}(?::\\d{1,5})?[\\/?#]${inLink}{0,200}[?&]${inLink}{0,200}=${inLink}*` +
    `|(?<![\\w@.\\/\\-])${host}(?::\\d{1,5})?\\?${inLink}{0,200}=${inLink}*`,
  'giu',
);
/** What may go on to be a link, or an image. */
const undecided = new RegExp(`(?=[!-~])${inLink}+(?:(?<=!)\\[\\s?\\^?${inLink}*)?$`, 'u');
/** A piece of text as long as this without a space is no word; it is let through or taken out as it is. */
const longestHeld = 4_096;
/** Followed by a number, the mark before a citation ends a sentence. */
const imageMark = /(?<!!)!+(?=\[(?!\s?\^?[0-9０-９]))/g;
const endOfSentence = /(?<![.,;:!?…*_~])[.,;:!?…*_~]+$/u;

/**
 * Documents can ask a model to write a link or an image whose address carries what the model knows, such as the
 * question, to somebody else's server: an image is even fetched without a click. So links pass only if they stand,
 * letter for letter, in one of the texts given; images become links; what no reader can see is taken out. The
 * output does not depend on how the text was cut into pieces.
 *
 * @param texts the sources and the question.
 */
export function createLinkGuard(texts: readonly string[]): LinkGuard {
  const known = new Set(texts.flatMap((text) => cleanText(text).match(links) ?? []).map(trimmed));
  known.delete('');
  let held = '';
  const clean = createCleanStream();
  let count = 0;
  const checked = (text: string): string =>
    text
      .replace(links, (link) => {
        if (known.has(trimmed(link))) return link;
        count += 1;
        return linkRemoved + link.slice(trimmed(link).length);
      })
      .replace(imageMark, '');
  return {
    push(delta) {
      held += clean.push(delta);
      const start = held.length > longestHeld ? held.length : (undecided.exec(held)?.index ?? held.length);
      const ready = held.slice(0, start);
      held = held.slice(start);
      return checked(ready);
    },
    end() {
      const rest = checked(held + clean.end());
      held = '';
      return rest;
    },
    removed: () => count,
  };
}

function trimmed(link: string): string {
  return link.replace(endOfSentence, '');
}
