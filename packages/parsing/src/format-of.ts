import type { RawDocument } from '@winnow/core';

export type Format = 'markdown' | 'mdx' | 'html' | 'json' | 'email' | 'plain';

const byMediaType: ReadonlyMap<string, Format> = new Map([
  ['text/markdown', 'markdown'],
  ['text/mdx', 'mdx'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/json', 'json'],
  ['message/rfc822', 'email'],
  ['text/plain', 'plain'],
]);
const byExtension: ReadonlyMap<string, Format> = new Map([
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['mdx', 'mdx'],
  ['html', 'html'],
  ['htm', 'html'],
  ['xhtml', 'html'],
  ['json', 'json'],
  ['eml', 'email'],
  ['txt', 'plain'],
]);
const htmlBeginning =
  /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i;

/** What a text is: as its source says, else by its name, else by how it begins. */
export function formatOf(raw: Pick<RawDocument, 'mediaType' | 'documentId'>, text: string): Format {
  const mediaType = raw.mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const extension = /\.([^./]+)$/.exec(raw.documentId)?.[1]?.toLowerCase() ?? '';
  const known = byMediaType.get(mediaType) ?? byExtension.get(extension);
  return known ?? (htmlBeginning.test(text.slice(0, 4_096)) ? 'html' : 'plain');
}
