/** A stretch of code; `code.slice(start, end)`, whole lines without the last break. */
export interface Stanza {
  readonly start: number;
  readonly end: number;
  /** A comment says what it does: nothing of it stands before. */
  readonly isLed: boolean;
}

/** Up to so many lines, code is shown as one. */
export const maxCodeLines = 24;
const comment = /^\s*(?:\/\/|#|--|\/?\*)/;
/** What a line holds besides its brackets: text in quotation marks, and comments. */
const asides = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`|(?:\/\/|(?<=^|\s)#).*$/g;
const opens = /[([{]/g;
const closes = /[)\]}]/g;
const closesFirst = /^\s*[)\]}]/;

/**
 * Parts of code that stand by themselves: between blank lines, outside of brackets, from the left margin on. A comment
 * alone goes with what follows.
 *
 * @returns in order; one where nothing separates.
 */
export function stanzasIn(code: string): readonly Stanza[] {
  const lines = [...code.matchAll(/[^\n]*(?:\n|$)/g)]
    .filter(({ 0: line }) => line !== '')
    .map(({ 0: line, index }) => ({ start: index, text: line.replace(/\r?\n$/, '') }));
  const written = lines.filter(({ text }) => text.trim() !== '');
  const margin = Math.min(...written.map(({ text }) => indentOf(text)));
  const stanzas: (Stanza & { isComment: boolean })[] = [];
  let depth = 0;
  let isAfterBlank = true;
  for (const { start, text } of lines) {
    if (text.trim() === '') {
      isAfterBlank = true;
      continue;
    }
    const last = stanzas.at(-1);
    const begins =
      last === undefined ||
      (isAfterBlank &&
        depth === 0 &&
        !last.isComment &&
        indentOf(text) === margin &&
        !closesFirst.test(text));
    const isComment = comment.test(text) && (begins || last.isComment);
    const { start: from, isLed } = begins ? { start, isLed: isComment } : last;
    const stanza = { start: from, end: start + text.length, isLed, isComment };
    if (begins) stanzas.push(stanza);
    else stanzas[stanzas.length - 1] = stanza;
    const bare = text.replace(asides, '');
    // What began before the code is closed here too, and counts for nothing.
    depth = Math.max(0, depth + (bare.match(opens)?.length ?? 0) - (bare.match(closes)?.length ?? 0));
    isAfterBlank = false;
  }
  return stanzas.map(({ isComment: _, ...stanza }) => stanza);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
