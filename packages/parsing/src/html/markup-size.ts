/** What a tree of a page would cost, told by its source. */
export interface MarkupSize {
  readonly tags: number;
  /** How deep elements are nested; those that end by themselves, such as `<p>`, count for nothing. */
  readonly depth: number;
  /** Of the tag that has most, at least as many as it has. */
  readonly attributes: number;
}

const endsByItself = new Set(
  (
    'area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody tfoot option ' +
    'optgroup colgroup rt rp html head body'
  ).split(' '),
);
const tagName = /^(\/?)([a-z][a-z0-9]*)/i;
const codeOf = (sign: string): number => sign.charCodeAt(0);
const [less, greater, equals, single, double] = [...`<>='"`].map(codeOf);

/** Linear in the length of the page. */
export function markupSize(html: string): MarkupSize {
  let tags = 0;
  let depth = 0;
  let deepest = 0;
  let attributes = 0;
  for (let open = html.indexOf('<'); open !== -1; open = html.indexOf('<', open)) {
    tags += 1;
    const [all = '', isEnd, name = ''] = tagName.exec(html.slice(open + 1, open + 16)) ?? [];
    open += 1 + all.length;
    if (name === '') continue;
    const tag = restOfTag(html, open);
    open = tag.end;
    attributes = Math.max(attributes, tag.attributes);
    if (endsByItself.has(name.toLowerCase())) continue;
    depth = isEnd === '/' ? Math.max(0, depth - 1) : depth + 1;
    deepest = Math.max(deepest, depth);
  }
  return { tags, depth: deepest, attributes };
}

/** Signs of equality or gaps before names, outside of quoted values, whichever are more. */
function restOfTag(html: string, start: number): { readonly end: number; readonly attributes: number } {
  let gaps = 0;
  let values = 0;
  let wasSpace = false;
  let mayQuote = false;
  for (let at = start; at < html.length; at += 1) {
    const code = html.charCodeAt(at);
    if (mayQuote && (code === single || code === double)) {
      const close = html.indexOf(html[at] ?? '', at + 1);
      if (close === -1) return { end: html.length, attributes: Math.max(gaps, values) };
      at = close;
      mayQuote = false;
      continue;
    }
    if (code === greater || code === less) return { end: at, attributes: Math.max(gaps, values) };
    const isSpace = code <= 0x20;
    if (isSpace && !wasSpace) gaps += 1;
    if (code === equals) values += 1;
    mayQuote = code === equals || (mayQuote && isSpace);
    wasSpace = isSpace;
  }
  return { end: html.length, attributes: Math.max(gaps, values) };
}
