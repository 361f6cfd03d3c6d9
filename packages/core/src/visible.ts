/**
 * Text as a terminal may get it: control characters, and those that turn the direction of writing, are written out.
 * Names of files and texts of documents come from others, and must not move the cursor or pose as something else. Line
 * ends and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name as it may stand within a line: line ends and tabs, which a name of a file may have, are written out too. */
export function visibleName(name: string): string {
  return visible(name).replace(/[\n\t]/g, (character) => (character === '\n' ? '\\n' : '\\t'));
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
