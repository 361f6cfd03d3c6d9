const blockTags =
  /^\/?(?:address|article|aside|blockquote|br|dd|div|dl|dt|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|td|th|tr|ul)\b/i;
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/**
 * Text of HTML without building its tree: tags out, scripts and styles with their content, line breaks where
 * blocks are. For pages too large or too deep for the tree. Linear.
 */
export function stripTags(html: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open === -1) break;
    parts.push(html.slice(at, open));
    const next = html.slice(open + 1, open + 16);
    at = endOfTag(html, open, next);
    if (at === open + 1) parts.push('<');
    else if (blockTags.test(next)) parts.push('\n\n');
  }
  parts.push(html.slice(at));
  return parts
    .join('')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,6}));/gi, (entity, decimal, hexadecimal, name) =>
      decodeEntity(entity, decimal, hexadecimal, name),
    )
    .replace(/[ \t]+/g, ' ');
}

function endOfTag(html: string, open: number, next: string): number {
  if (next.startsWith('!--')) return after(html, '-->', open);
  // A sign of less than; looking for an end it does not have would take the square of their number.
  if (!/^[a-z/!?]/i.test(next)) return open + 1;
  const end = after(html, '>', open);
  const opaque = /^(script|style)\b/i.exec(next)?.[1]?.toLowerCase();
  if (opaque === undefined) return end;
  const close = new RegExp(`</${opaque}`, 'gi');
  close.lastIndex = end;
  const found = close.exec(html);
  return found === null ? html.length : after(html, '>', found.index);
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

function decodeEntity(entity: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return named[name.toLowerCase()] ?? entity;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}
