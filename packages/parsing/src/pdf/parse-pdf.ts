import { metadataOf } from '@winnow/core';
import { cleanText } from '../bytes/clean-text.ts';
import { maxPages, maxTextLength } from '../limits.ts';
import { partsOfPieces, type Read, refused } from '../parts.ts';
import { fieldValues } from './field-values.ts';
import { characterMaps, loadPdfjs } from './load-pdfjs.ts';
import { bodyHeightOf, linesOf, type PdfLine } from './pdf-lines.ts';
import { pdfPieces } from './pdf-pieces.ts';

/** How far from its end a PDF says where its parts are; some programs add to the end. */
const tailBytes = 4_096;

/** The text layer of a PDF in its own order, each block with its page, and what is filled in there behind it. */
export async function parsePdf(bytes: Uint8Array): Promise<Read> {
  const { getDocument } = await loadPdfjs();
  const task = getDocument({
    // It takes the buffer away.
    data: Uint8Array.from(bytes),
    cMapUrl: characterMaps(),
    verbosity: 0,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    stopAtErrors: false,
  });
  try {
    const document = await task.promise;
    if (document.numPages > maxPages) {
      return refused('too_large', `it has ${document.numPages} pages, and ${maxPages} are read at most`);
    }
    const pages: PdfLine[][] = [];
    const filledIn: (readonly string[])[] = [];
    const hasForm = (await document.getFieldObjects().catch(() => null)) !== null;
    let length = 0;
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const lines = linesOf(items.flatMap((item) => ('str' in item ? [item] : [])));
      const values = hasForm ? fieldValues(await page.getAnnotations().catch(() => [])) : [];
      page.cleanup();
      length += lines.reduce((sum, { text }) => sum + text.length, 0);
      length += values.reduce((sum, value) => sum + value.length, 0);
      if (length > maxTextLength) {
        return refused('too_large', `its text is longer than ${maxTextLength} characters`);
      }
      pages.push(lines);
      filledIn.push(values);
    }
    if (length === 0) return withoutText(bytes, document.numPages);
    const { info } = await document.getMetadata();
    const { Title: title, Author: author, Subject: subject } = info as Record<string, unknown>;
    const pieces = pdfPieces(pages, bodyHeightOf(pages), filledIn);
    const heading = pieces.find(({ level }) => level === 1);
    return partsOfPieces(pieces, {
      title: textOf(title) ?? heading?.text ?? null,
      metadata: metadataOf([
        ['author', textOf(author)],
        ['description', textOf(subject)],
      ]),
      warnings: isCutOff(bytes) ? ['The PDF has no end: pages may be missing.'] : [],
    });
  } catch (error) {
    return failed(error, bytes);
  } finally {
    await task.destroy();
  }
}

function withoutText(bytes: Uint8Array, pages: number): Read {
  if (isCutOff(bytes)) return refused('truncated', 'the PDF is cut off: it has no end');
  const pageCount = pages === 1 ? 'its page is' : `its ${pages} pages are`;
  return refused('no_text', `${pageCount} blank or pictures, such as scans: it needs a text layer (OCR)`);
}

function failed(error: unknown, bytes: Uint8Array): Read {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return refused('needs_password', 'the PDF opens with a password only');
  if (isCutOff(bytes)) return refused('truncated', 'the PDF is cut off: it has no end');
  return refused('malformed', 'the PDF is damaged: its structure cannot be read');
}

/** It begins like a PDF, and has neither the mark that ends every one nor the place that tells where its parts are. */
function isCutOff(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tail = all.subarray(Math.max(0, all.length - tailBytes));
  return all.includes(' obj') && !tail.includes('%%EOF') && !tail.includes('startxref');
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? cleanText(value).replace(/\s+/g, ' ').trim() : '';
  // What programs write there by themselves.
  return text === '' || /^(?:untitled|microsoft word - )/i.test(text) ? undefined : text;
}
