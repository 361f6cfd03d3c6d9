import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sniffBinary } from './sniff-binary.ts';

describe('sniffBinary', () => {
  it.each([
    ['a PDF', '%PDF-1.7\n%âãÏÓ'],
    ['a PDF', '\n\n%PDF-1.4'],
    ['a Word document', 'PK\u0003\u0004....[Content_Types].xml....word/document.xml'],
    ['a workbook', 'PK\u0003\u0004....xl/workbook.xml'],
    ['a presentation', 'PK\u0003\u0004....ppt/slides'],
    ['a zip archive', 'PK\u0003\u0004....photo'],
    ['an image', '\u0089PNG\r\n'],
    ['an old Office document', '\u00d0\u00cf\u0011\u00e0'],
    ['RTF', '{\\rtf1\\ansi'],
  ])('names %s', (name, bytes) => {
    const reason = sniffBinary(Buffer.from(bytes, 'latin1'));
    expect(reason?.code).toBe('unsupported_type');
    expect(reason?.message).toContain(name);
  });

  it('knows compressed and other binary bytes by their control characters', () => {
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * at * 31 + at * 7) % 251));
    expect(sniffBinary(deflateRawSync(noise))?.message).toContain('a binary file');
  });

  it('takes text for text: in any encoding, with colours, or that speaks of %PDF-', () => {
    expect(sniffBinary(Buffer.from('中文 text\r\n\tline\f'))).toBeNull();
    expect(sniffBinary(Buffer.from('\u001b[31mred\u001b[0m'))).toBeNull();
    expect(sniffBinary(Buffer.from('A file that begins with %PDF-1.7 is a PDF.'))).toBeNull();
    expect(sniffBinary(Uint8Array.from([0xd6, 0xd0, 0xce, 0xc4]))).toBeNull();
    expect(sniffBinary(new Uint8Array())).toBeNull();
  });
});
