import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/** What pdf.js asks of a browser when it is loaded, and never uses for text. */
class Unused {}

/** pdf.js, loaded with the first PDF: most processes never see one. */
export async function loadPdfjs() {
  const browser: Record<string, unknown> = globalThis as never;
  browser.DOMMatrix ??= Unused;
  browser.Path2D ??= Unused;
  browser.ImageData ??= Unused;
  return await import('pdfjs-dist/legacy/build/pdf.mjs');
}

/** Where the tables are that tell Chinese, Japanese and Korean characters of fonts that are not in the file. */
export function characterMaps(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve('pdfjs-dist/package.json')), 'cmaps') + sep;
}
