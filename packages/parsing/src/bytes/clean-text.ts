/**
 * NUL and other control characters, noncharacters, and Unicode's tag characters, which nobody sees and models
 * read. Form feeds and the like are line breaks.
 */
const unwanted = /[[\p{Cc}\p{Noncharacter_Code_Point}\u{e0000}-\u{e007f}]--[\t\n\r\v\f\u0085]]/gv;
const breaks = /[\v\f\u0085]/g;

/** Text without what no index, page or model should get. Offsets of documents point into the result. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(unwanted, '').replace(breaks, '\n');
}
