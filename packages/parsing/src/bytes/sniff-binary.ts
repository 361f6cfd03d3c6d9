import type { FailureReason } from '@winnow/core';

const signatures: readonly (readonly [string, readonly number[], number?])[] = [
  ['an image', [0x89, 0x50, 0x4e, 0x47]],
  ['an image', [0xff, 0xd8, 0xff]],
  ['an image', [0x47, 0x49, 0x46, 0x38]],
  ['an image', [0x49, 0x49, 0x2a, 0x00]],
  ['an image', [0x4d, 0x4d, 0x00, 0x2a]],
  ['an image', [0x57, 0x45, 0x42, 0x50], 8],
  ['an old Office document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['RTF', [0x7b, 0x5c, 0x72, 0x74, 0x66]],
  ['a gzip archive', [0x1f, 0x8b, 0x08]],
  ['a 7-Zip archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['a RAR archive', [0x52, 0x61, 0x72, 0x21, 0x1a]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a Zstandard archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a program', [0x7f, 0x45, 0x4c, 0x46]],
  ['a database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['a video', [0x66, 0x74, 0x79, 0x70], 4],
  ['audio', [0x4f, 0x67, 0x67, 0x53]],
  ['audio', [0x49, 0x44, 0x33]],
];
const pdf = [0x25, 0x50, 0x44, 0x46, 0x2d];
const zip = [0x50, 0x4b, 0x03, 0x04];

/** How far a PDF's header may be from the beginning, by its readers' custom. */
const pdfHeaderBytes = 1_024;
const sampleBytes = 8_192;
/** Random bytes have 11 % of control characters; text has hardly any. */
const maxControlShare = 0.05;
/** So many may have strayed into the shortest text. */
const strayControls = 4;

/**
 * Why bytes cannot be text, or null where they may be. Tells by the bytes alone; a name may lie.
 * UTF-16 and UTF-32 must be told apart before, since their zeros look like binary.
 */
export function sniffBinary(bytes: Uint8Array): FailureReason | null {
  const name = nameOf(bytes);
  if (name !== null) return unsupported(name);
  const sample = bytes.subarray(0, sampleBytes);
  let controls = 0;
  for (const byte of sample) if (isControl(byte)) controls += 1;
  return controls > Math.max(strayControls, sample.length * maxControlShare)
    ? unsupported('a binary file')
    : null;
}

/** A reason that names what was found. */
export function unsupported(name: string): FailureReason {
  return { code: 'unsupported_type', message: `it is ${name}, which is not supported yet` };
}

function nameOf(bytes: Uint8Array): string | null {
  for (let at = 0; at < Math.min(bytes.length, pdfHeaderBytes); at += 1) {
    if (startsWith(bytes, pdf, at)) return 'a PDF';
    // Only white space and marks stand before a real header; text that mentions one is text.
    if ((bytes[at] ?? 0) > 0x20 && (bytes[at] ?? 0) < 0x80) break;
  }
  if (startsWith(bytes, zip, 0)) return officeNameOf(bytes);
  return signatures.find(([, signature, at = 0]) => startsWith(bytes, signature, at))?.[0] ?? null;
}

/** Office documents are zip archives that hold a folder of their kind. */
function officeNameOf(bytes: Uint8Array): string {
  const names = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 65_536)).toString(
    'latin1',
  );
  if (names.includes('word/')) return 'a Word document (DOCX)';
  if (names.includes('ppt/')) return 'a presentation (PPTX)';
  if (names.includes('xl/')) return 'a workbook (XLSX)';
  if (names.includes('application/epub+zip')) return 'an e-book (EPUB)';
  if (names.includes('opendocument')) return 'an OpenDocument file';
  return 'a zip archive, or an Office document';
}

function startsWith(bytes: Uint8Array, signature: readonly number[], at: number): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

/** Escape begins the shifts of ISO-2022 and colours in logs; form feed ends pages. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x1b && !(byte >= 0x09 && byte <= 0x0d)) || byte === 0x7f;
}
