import { extensionOf, type RawDocument } from '@winnow/core';
import type { BinaryFormat } from './bytes/sniff-binary.ts';

/** Of documents that are text. */
export type TextFormat = 'markdown' | 'mdx' | 'html' | 'json' | 'eml' | 'plain';

const byMediaType: ReadonlyMap<string, TextFormat> = new Map([
  ['text/markdown', 'markdown'],
  ['text/mdx', 'mdx'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/json', 'json'],
  ['message/rfc822', 'eml'],
  ['text/plain', 'plain'],
]);
const byExtension: ReadonlyMap<string, TextFormat> = new Map([
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['mdx', 'mdx'],
  ['html', 'html'],
  ['htm', 'html'],
  ['xhtml', 'html'],
  ['json', 'json'],
  ['eml', 'eml'],
  ['txt', 'plain'],
]);
const binaryExtensions: ReadonlyMap<string, BinaryFormat> = new Map(
  (['pdf', 'docx', 'pptx', 'xlsx', 'odt', 'odp', 'ods', 'epub', 'msg', 'rtf'] as const).map((name) => [
    name,
    name,
  ]),
);
const htmlBeginning =
  /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i;

/** What a text is: as its source says, else by its name, else by how it begins. */
export function formatOf(raw: Pick<RawDocument, 'mediaType' | 'documentId'>, text: string): TextFormat {
  const mediaType = raw.mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const known = byMediaType.get(mediaType) ?? byExtension.get(extensionOf(raw.documentId));
  return known ?? (htmlBeginning.test(text.slice(0, 4_096)) ? 'html' : 'plain');
}

/** The format that is no text and that a document's name promises; null where it promises none. */
export function promisedFormat({ documentId }: Pick<RawDocument, 'documentId'>): BinaryFormat | null {
  return binaryExtensions.get(extensionOf(documentId)) ?? null;
}
