const surrogatesAndAbove = /[\ud800-\uffff]/g;

/**
 * A string whose UTF-8 bytes, by which the server sorts, order as the code units of the text do. They differ
 * only where characters beyond U+FFFF, written as surrogates, meet U+E000–U+FFFF: those code units become
 * two characters, the first above all that stay as they are. Most texts come back unchanged.
 */
export function codeUnitOrder(text: string): string {
  return text.replace(
    surrogatesAndAbove,
    (unit) => `\ue000${String.fromCharCode(unit.charCodeAt(0) - 0xd800 + 1)}`,
  );
}
