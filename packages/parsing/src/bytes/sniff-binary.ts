import type { FailureReason } from '@winnow/core';
import { archiveProblem, declarationOf, zipMembers } from '../office/zip-members.ts';
import { refused } from '../parts.ts';

/** Of documents that are read as bytes and not as text. */
export type BinaryFormat = 'pdf' | 'docx' | 'pptx' | 'xlsx' | 'odt' | 'odp' | 'ods' | 'epub' | 'msg' | 'rtf';

/** What bytes are that are no text, or why they are not read. */
export type Sniffed =
  | { readonly ok: true; readonly format: BinaryFormat }
  | { readonly ok: false; readonly reason: FailureReason };

const signatures: readonly (readonly [string, readonly number[], number?])[] = [
  ['an image', [0x89, 0x50, 0x4e, 0x47]],
  ['an image', [0xff, 0xd8, 0xff]],
  ['an image', [0x47, 0x49, 0x46, 0x38]],
  ['an image', [0x49, 0x49, 0x2a, 0x00]],
  ['an image', [0x4d, 0x4d, 0x00, 0x2a]],
  ['an image', [0x57, 0x45, 0x42, 0x50], 8],
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
const rtf = [0x7b, 0x5c, 0x72, 0x74, 0x66];
const zip = [0x50, 0x4b, 0x03, 0x04];
const compound = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/** The file that each kind of Office archive has, and an e-book whose declaration was packed like any other file. */
const mainFiles: readonly (readonly [string, BinaryFormat])[] = [
  ['word/document.xml', 'docx'],
  ['ppt/presentation.xml', 'pptx'],
  ['xl/workbook.xml', 'xlsx'],
  ['META-INF/container.xml', 'epub'],
];
/** What an archive's first file says that it is, letter for letter. */
const declared: readonly (readonly [string, BinaryFormat])[] = [
  ['application/epub+zip', 'epub'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
];
/** Where the names of a compound file's streams are looked for. */
const directoryBytes = 4 * 1024 * 1024;

/** How far a PDF's header may be from the beginning, by its readers' custom. */
const pdfHeaderBytes = 1_024;
const sampleBytes = 8_192;
/** Random bytes have 11 % of control characters; text has hardly any. */
const maxControlShare = 0.05;
/** So many may have strayed into the shortest text. */
const strayControls = 4;

/** Whether bytes begin like a format that is read as bytes: then zeros in them are none of UTF-16 or UTF-32. */
export function isSigned(bytes: Uint8Array): boolean {
  return isPdf(bytes) || [rtf, zip, compound].some((signature) => startsWith(bytes, signature, 0));
}

/**
 * What bytes are that cannot be text, or null where they may be. Tells by the bytes alone; a name may lie.
 * UTF-16 and UTF-32 must be told apart before, since their zeros look like binary.
 */
export function sniffBinary(bytes: Uint8Array): Sniffed | null {
  if (isPdf(bytes)) return found('pdf');
  if (startsWith(bytes, rtf, 0)) return found('rtf');
  if (startsWith(bytes, zip, 0)) return sniffArchive(bytes);
  if (startsWith(bytes, compound, 0)) return sniffCompound(bytes);
  const name = signatures.find(([, signature, at = 0]) => startsWith(bytes, signature, at))?.[0];
  if (name !== undefined) return unsupported(name);
  const sample = bytes.subarray(0, sampleBytes);
  let controls = 0;
  for (const byte of sample) if (isControl(byte)) controls += 1;
  return controls > Math.max(strayControls, sample.length * maxControlShare)
    ? unsupported('a binary file')
    : null;
}

function found(format: BinaryFormat): Sniffed {
  return { ok: true, format };
}

function unsupported(name: string): Sniffed {
  return refused(
    'unsupported_type',
    `it is ${name}, which Winnow does not read: an Apache Tika server may, see TIKA_URL`,
  );
}

function isPdf(bytes: Uint8Array): boolean {
  for (let at = 0; at < Math.min(bytes.length, pdfHeaderBytes); at += 1) {
    if (startsWith(bytes, pdf, at)) return true;
    // Only white space and marks stand before a real header; text that mentions one is text.
    if ((bytes[at] ?? 0) > 0x20 && (bytes[at] ?? 0) < 0x80) break;
  }
  return false;
}

/** Office documents and e-books are zip archives. */
function sniffArchive(bytes: Uint8Array): Sniffed {
  const members = zipMembers(bytes);
  if (members === null)
    return refused('truncated', 'it is an archive or Office document that is cut off or damaged');
  const problem = archiveProblem(members, bytes.length);
  if (problem !== null) return problem;
  const names = new Set(members.map(({ name }) => name));
  const office = mainFiles.find(([name]) => names.has(name))?.[1];
  if (office !== undefined) return found(office);
  const head = names.has('mimetype') ? declarationOf(bytes) : textOf(bytes, 200);
  const said = declared.find(([type]) => head.includes(type))?.[1];
  if (said !== undefined) return found(said);
  return unsupported(
    names.has('[Content_Types].xml') ? 'an Office document of another kind' : 'a zip archive',
  );
}

/** Outlook's messages, Office documents of before 2007, and those that a password locks. */
function sniffCompound(bytes: Uint8Array): Sniffed {
  const has = (name: string): boolean =>
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, directoryBytes)).includes(
      name,
      0,
      'utf16le',
    );
  if (has('EncryptedPackage'))
    return refused('needs_password', 'the Office document opens with a password only');
  if (has('__substg1.0_')) return found('msg');
  return unsupported('an Office document of before 2007: save it as DOCX, PPTX or XLSX');
}

function textOf(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, length)).toString('latin1');
}

function startsWith(bytes: Uint8Array, signature: readonly number[], at: number): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

/** Escape begins the shifts of ISO-2022 and colours in logs; form feed ends pages. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x1b && !(byte >= 0x09 && byte <= 0x0d)) || byte === 0x7f;
}
