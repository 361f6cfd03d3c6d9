import type { Block, Metadata, ParseResult, RawDocument } from '@winnow/core';
import { cleanText } from './bytes/clean-text.ts';
import { decodeText } from './bytes/decode-text.ts';
import { detectWideEncoding } from './bytes/detect-wide-encoding.ts';
import { looksMisread } from './bytes/looks-misread.ts';
import { sniffBinary, unsupported } from './bytes/sniff-binary.ts';
import { formatOf } from './format-of.ts';
import { declaredCharset } from './html/declared-charset.ts';
import { parseHtml } from './html/parse-html.ts';
import { jsonProblem } from './json-problem.ts';
import { parseMarkdown } from './markdown/parse-markdown.ts';
import { plainBlocks } from './plain/plain-blocks.ts';

/** Grows with every change of what {@link parse} returns for the same bytes; part of an index' fingerprint. */
export const parserVersion = 1;

/**
 * Bytes → structured text: Markdown, MDX, HTML and plain text, in any common encoding. The bytes decide what
 * a document is before its name does. Implements core's `Parse`: never throws for bad input.
 */
export function parse(raw: RawDocument): ParseResult {
  const bytes = raw.content;
  const isWide = detectWideEncoding(bytes) !== null;
  const binary = isWide ? null : sniffBinary(bytes);
  if (binary !== null) return { ok: false, reason: binary };
  const decoded = decodeText(bytes, declaredCharset(bytes));
  if (!decoded.ok) return { ok: false, reason: { code: 'undecodable', message: decoded.message } };
  const format = formatOf(raw, decoded.text);
  if (format === 'email') return { ok: false, reason: unsupported('an e-mail') };
  const problem = format === 'json' ? jsonProblem(decoded.text) : null;
  if (problem !== null) return { ok: false, reason: { code: 'malformed', message: problem } };

  const parts = partsOf(decoded.text, format);
  return {
    ok: true,
    document: {
      title: parts.title ?? raw.title ?? nameOf(raw.documentId),
      text: parts.text,
      blocks: parts.blocks,
      metadata: parts.metadata,
      warnings: [...decoded.warnings, ...(looksMisread(decoded.text) ? [misread] : []), ...parts.warnings],
    },
  };
}

const misread = 'The text looks as if it had been read in the wrong encoding before it was saved.';

interface Parts {
  readonly title: string | null;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
  readonly warnings: readonly string[];
}

function partsOf(decoded: string, format: ReturnType<typeof formatOf>): Parts {
  if (format === 'html') return parseHtml(decoded);
  const text = cleanText(decoded);
  if (format === 'markdown' || format === 'mdx') return { ...parseMarkdown(text, format), text };
  return { title: null, text, blocks: plainBlocks(text, 'none'), metadata: {}, warnings: [] };
}

/** The last part of a path, without its extension. */
function nameOf(documentId: string): string {
  const name = documentId.slice(documentId.lastIndexOf('/') + 1);
  return name.replace(/\.[A-Za-z0-9]{1,8}$/, '') || documentId;
}
