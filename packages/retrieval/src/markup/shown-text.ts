import { parseCitations } from '../citations/parse-citations.ts';

const leadingMark = /^[ \t]*(?:[-*+•·>]|\d{1,3}[.)、])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const container = /^[ \t]*:{3,}.*$/gm;
/** `[!NOTE]`: what a quotation begins with that is a box. */
const alert = /^[ \t]*\[!(?:note|tip|important|warning|caution)\][ \t]*/gim;
/** `<Callout type="info">`: a component of a page, alone in its line. */
const component = /^[ \t]*<\/?[A-Z][\w.]*(?:\s[^<>]*)?>[ \t]*$/gm;
/** What a `<summary>` says is the label of a box that opens. */
const tag =
  /<!--[\s\S]*?-->|<summary\b[^<>]*>[\s\S]*?<\/summary>|<\/?(?:a|abbr|b|big|blockquote|br|center|cite|code|d[dlt]|del|details|div|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|[ou]l|p|picture|pre|q|s|samp|section|small|source|span|strike|strong|su[bp]|summary|t(?:able|body|d|foot|h|head|r|t)|u|var|video|wbr)\b[^<>]*>/gi;
const image = /!\[([^\]]*)\](?:\([^)\s]*\)|\[[^\]]*\])/g;
/** A link that leads nowhere outside of its page: its text remains. */
const innerLink = /\[([^[\]]+)\]\((?!https?:)[^)\s]*\)/g;
/** `[text][name]`, whose target stands elsewhere in the document. */
const namedLink = /\[([^[\]\n]+)\]\[[^[\]\n]*[^[\]\n\d][^[\]\n]*\]/g;
/** `[name]: target`. */
const linkTarget = /^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*\S+.*$/gm;
/** A line break within Chinese or Japanese, which write no spaces. */
const brokenHan =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff5e])[ \t]*\r?\n[ \t]*(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff5e])/gu;
const codeSpan = /`[^`\n]+`/g;
const lineBreak = /<br\b[^<>]*>/gi;
/** What cells hold that are left open. */
const nothing = /^[-–—]+$/;
const wordlike = /[\p{L}\p{N}]/u;

/**
 * Prose as it is shown: brackets that would read as citations of ours go, as do marks of lists, tags and links within a
 * site; lines become one.
 */
export function proseOf(text: string): string {
  return inlineOf(text.replace(leadingMark, ''));
}

/** The same of what begins with no mark of a list, such as a cell; code in a line stands as it is. */
function inlineOf(text: string): string {
  const codes: string[] = [];
  const masked = text.replace(codeSpan, (code) => `\u{E000}${codes.push(code) - 1}\u{E001}`);
  const bare = withoutFurniture(masked.replace(lineBreak, ' ')).replace(image, '$1');
  const linked = parseCitations(bare.replace(namedLink, '$1').replace(innerLink, '$1')).text;
  const whole = linked.replace(/\u{E000}(\d+)\u{E001}/gu, (mark, at) => codes[Number(at)] ?? mark);
  return whole.replace(brokenHan, '').replace(/\s+/g, ' ').trim();
}

/** Whether a line or item only leads elsewhere on the site, as those of a table of contents do. */
export function isNavigation(text: string): boolean {
  const bare = withoutFurniture(text.replace(leadingMark, ''));
  const rest = bare.replace(image, '').replace(innerLink, '');
  return wordlike.test(bare) && rest !== bare && !wordlike.test(rest);
}

/** `column: value; column: value`; what has no column stands alone. */
export function rowText(cells: readonly string[], columns: readonly string[]): string {
  const named = columns.length === cells.length;
  return cells
    .map((cell, index) => [named ? inlineOf(columns[index] ?? '') : '', inlineOf(cell)] as const)
    .filter(([, cell], index) => cell !== '' && (index === 0 || !nothing.test(cell)))
    .map(([column, cell]) => (column === '' ? cell : `${column}: ${cell}`))
    .join('; ');
}

/** Code as it stands, moved to the left as a whole. */
export function withoutIndent(code: string): string {
  const lines = code.replaceAll('\r', '').split('\n');
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(least).trimEnd()).join('\n');
}

function withoutFurniture(text: string): string {
  return [linkTarget, container, alert, component, tag].reduce((rest, one) => rest.replace(one, ''), text);
}
