import {
  convertedMediaType,
  mailAloneMediaType,
  type Parse,
  type ParseResult,
  type RawDocument,
} from '@winnow/core';
import { cleanText } from './bytes/clean-text.ts';
import { decodeText } from './bytes/decode-text.ts';
import { looksMisread } from './bytes/looks-misread.ts';
import { sniff } from './bytes/sniff.ts';
import type { BinaryFormat } from './bytes/sniff-binary.ts';
import { unpackGzip } from './bytes/unpack-gzip.ts';
import { formatOf, promisedFormat, type TextFormat } from './format-of.ts';
import { declaredCharset } from './html/declared-charset.ts';
import { jsonProblem } from './json-problem.ts';
import { maxMailDepth, maxTextLength } from './limits.ts';
import { type Read, refused } from './parts.ts';
import { plainBlocks } from './plain/plain-blocks.ts';

/**
 * Bytes → structured text: PDF, Office documents, e-books, mail, Markdown, MDX, HTML and plain text in any common
 * encoding, compressed by gzip or not. The bytes decide what a document is before its name does. Implements core's `Parse`.
 */
export async function parse(raw: RawDocument): Promise<ParseResult> {
  return await parseWithin(raw, 0);
}

/** @param depth of the mails around it. */
async function parseWithin(given: RawDocument, depth: number): Promise<ParseResult> {
  const unpacked = unpackGzip(given);
  if (!unpacked.ok) return unpacked;
  const { raw } = unpacked;
  const parseInside: Parse = (attached) => parseAttached(attached, depth + 1);
  const read = await readDocument(raw, raw.mediaType === mailAloneMediaType ? null : parseInside);
  if (!read.ok) return read;
  const { parts } = read;
  if (parts.text.length > maxTextLength) {
    return refused('too_large', `its text is longer than ${maxTextLength} characters`);
  }
  // A record with a title is found by it, though it says no more.
  if (parts.text.trim() === '' && raw.title === null) return refused('empty', 'there is no text in it');
  return { ok: true, document: { ...parts, title: parts.title ?? raw.title ?? nameOf(raw.documentId) } };
}

/** @param parseInside of what is attached to a mail; null where that is not of it. */
async function readDocument(raw: RawDocument, parseInside: Parse | null): Promise<Read> {
  if (raw.mediaType === convertedMediaType) return (await import('./tika/converted.ts')).readConverted(raw);
  const bytes = raw.content;
  const sniffed = sniff(bytes);
  const promised = promisedFormat(raw);
  if (sniffed === null) return await readText(raw, promised, parseInside);
  if (sniffed.ok) return await readBinary(bytes, sniffed.format, promised, parseInside);
  const isNothing = sniffed.reason.code === 'unsupported_type' && promised !== null;
  return isNothing
    ? refused('wrong_type', `its name ends in .${promised}, and it is something else`)
    : sniffed;
}

async function parseAttached(raw: RawDocument, depth: number): Promise<ParseResult> {
  if (depth > maxMailDepth) return refused('too_large', `mails are in each other ${depth} times`);
  return await parseWithin(raw, depth);
}

async function readBinary(
  bytes: Uint8Array,
  format: BinaryFormat,
  promised: BinaryFormat | null,
  parseInside: Parse | null,
): Promise<Read> {
  const read = await readAs(bytes, format, parseInside);
  if (!read.ok || promised === null || promised === format) return read;
  const warning = `Its name ends in .${promised}, but it is ${format.toUpperCase()}.`;
  return { ok: true, parts: { ...read.parts, warnings: [warning, ...read.parts.warnings] } };
}

/** Readers are loaded with the first document of their kind: most processes see few of them. */
async function readAs(bytes: Uint8Array, format: BinaryFormat, parseInside: Parse | null): Promise<Read> {
  switch (format) {
    case 'pdf':
      return await (await import('./pdf/parse-pdf.ts')).parsePdf(bytes);
    case 'docx':
      return await (await import('./office/parse-docx.ts')).parseDocx(bytes);
    case 'msg':
      return await (await import('./mail/parse-mail.ts')).parseMail(bytes, 'msg', parseInside);
    default:
      return await (await import('./office/parse-office.ts')).readOffice(bytes, format);
  }
}

async function readText(
  raw: RawDocument,
  promised: BinaryFormat | null,
  parseInside: Parse | null,
): Promise<Read> {
  const decoded = decodeText(raw.content, declaredCharset(raw.content));
  if (!decoded.ok) return refused('undecodable', decoded.message);
  const format = formatOf(raw, decoded.text);
  if (promised !== null && format === 'plain' && decoded.text.trim() !== '') {
    return refused('wrong_type', `its name ends in .${promised}, but it is plain text`);
  }
  if (format === 'eml')
    return await (await import('./mail/parse-mail.ts')).parseMail(raw.content, 'eml', parseInside);
  const read = await readDecoded(decoded.text, format);
  if (!read.ok) return read;
  const warnings = [
    ...(promised === null ? [] : [`Its name ends in .${promised}, but it is ${format}.`]),
    ...decoded.warnings,
    ...(looksMisread(decoded.text) ? [misread] : []),
    ...read.parts.warnings,
  ];
  return { ok: true, parts: { ...read.parts, warnings } };
}

const misread = 'The text looks as if it had been read in the wrong encoding before it was saved.';

/** Loads readers as {@link readAs} does. */
async function readDecoded(decoded: string, format: Exclude<TextFormat, 'eml'>): Promise<Read> {
  if (format === 'html') {
    const { parseHtml } = await import('./html/parse-html.ts');
    return { ok: true, parts: parseHtml(decoded) };
  }
  const problem = format === 'json' ? jsonProblem(decoded) : null;
  if (problem !== null) return refused('truncated', problem);
  const text = cleanText(decoded);
  if (format === 'markdown') {
    const { parseMarkdown } = await import('./markdown/parse-markdown.ts');
    return { ok: true, parts: { ...parseMarkdown(text), text } };
  }
  if (format === 'mdx') {
    const { parseMdx } = await import('./markdown/parse-mdx.ts');
    return { ok: true, parts: { ...parseMdx(text), text } };
  }
  return {
    ok: true,
    parts: { title: null, text, blocks: plainBlocks(text, 'none'), metadata: {}, warnings: [] },
  };
}

/** The last part of a path, without its extension. */
function nameOf(documentId: string): string {
  const name = documentId.slice(documentId.lastIndexOf('/') + 1);
  return name.replace(/\.[A-Za-z0-9]{1,8}$/, '') || documentId;
}
