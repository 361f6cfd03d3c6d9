/** A stretch of code; `code.slice(start, end)`, whole lines without the last break. */
interface Stanza {
  readonly start: number;
  readonly end: number;
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
  const stanzas: { start: number; end: number; isComment: boolean }[] = [];
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
    if (begins) stanzas.push({ start, end: start + text.length, isComment });
    else Object.assign(last, { end: start + text.length, isComment });
    isAfterBlank = false;
    const bare = text.replace(asides, '');
    // What began before the code is closed here too, and counts for nothing.
    depth = Math.max(0, depth + (bare.match(opens)?.length ?? 0) - (bare.match(closes)?.length ?? 0));
  }
  return stanzas.map(({ start, end }) => ({ start, end }));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
