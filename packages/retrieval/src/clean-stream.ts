import { cleanText } from './clean-text.ts';

/** {@link cleanText} for text that comes in pieces: the output does not depend on where they were cut. */
export interface CleanStream {
  push(piece: string): string;
  end(): string;
}

/** The half of a character or of a line break. */
const half = /[\r\uD800-\uDBFF]$/u;
/** What decides whether a joiner that follows is spelling. */
const endOfWord = /[\p{L}\p{M}][\u200C\u200D]?$/u;

export function createCleanStream(): CleanStream {
  let held = '';
  let before = '';
  const cleaned = (text: string): string => {
    const clean = cleanText(before + text).slice(before.length);
    if (clean !== '') before = endOfWord.exec(before + clean)?.[0] ?? '';
    return clean;
  };
  return {
    push(piece) {
      const text = held + piece;
      held = half.exec(text)?.[0] ?? '';
      return cleaned(text.slice(0, text.length - held.length));
    },
    end() {
      const rest = cleaned(held);
      held = '';
      return rest;
    },
  };
}
