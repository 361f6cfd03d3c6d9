import { metadataOf } from '@winnow/core';
import { type OfficeParserAST, parseOffice } from 'officeparser';
import { maxArchiveMembers, maxUnpackedBytes } from '../limits.ts';
import { partsOfPieces, type Read, refused } from '../parts.ts';
import { officePieces } from './office-pieces.ts';
import { withPlainSigns } from './rtf-signs.ts';
import { shownCells } from './workbook-cells.ts';

/** What {@link readOffice} reads. */
export type OfficeFormat = 'pptx' | 'xlsx' | 'odt' | 'odp' | 'ods' | 'rtf' | 'epub';

const names: Readonly<Record<OfficeFormat, string>> = {
  pptx: 'presentation',
  xlsx: 'workbook',
  odt: 'OpenDocument text',
  odp: 'OpenDocument presentation',
  ods: 'OpenDocument workbook',
  rtf: 'RTF document',
  epub: 'e-book',
};

const causes: Readonly<Record<string, 'needs_password' | 'truncated' | 'too_large'>> = {
  PASSWORD_REQUIRED: 'needs_password',
  PASSWORD_INCORRECT: 'needs_password',
  DOCUMENT_DECRYPTION_FAILED: 'needs_password',
  ZIP_TRUNCATED: 'truncated',
  ZIP_ENTRY_COUNT_LIMIT_EXCEEDED: 'too_large',
  ZIP_SIZE_LIMIT_EXCEEDED: 'too_large',
  XML_ELEMENT_LIMIT_EXCEEDED: 'too_large',
  MAX_NESTING_DEPTH_EXCEEDED: 'too_large',
  OUTPUT_TOO_LARGE: 'too_large',
};

/** Presentations by slide, workbooks by sheet, texts by their headings. */
export async function readOffice(bytes: Uint8Array, format: OfficeFormat): Promise<Read> {
  let tree: OfficeParserAST;
  try {
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    tree = await parseOffice(format === 'rtf' ? withPlainSigns(bytes) : whole, {
      fileType: format,
      extractAttachments: false,
      ignoreSlideMasters: true,
      ignoreHeadersAndFooters: true,
      decompressionLimits: { maxUncompressedBytes: maxUnpackedBytes, maxZipEntries: maxArchiveMembers },
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = error instanceof Error ? error.message.slice(0, 160) : 'unknown';
    return refused(causes[code] ?? 'malformed', `the ${names[format]} cannot be read: ${why}`);
  }
  const { title, author, subject } = tree.metadata;
  return partsOfPieces(officePieces(tree.content, format === 'xlsx' ? shownCells(bytes) : undefined), {
    title: title?.trim() || null,
    metadata: metadataOf([
      ['author', author?.trim() || undefined],
      ['description', subject?.trim() || undefined],
    ]),
  });
}
