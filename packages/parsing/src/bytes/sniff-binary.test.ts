import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sniffBinary } from './sniff-binary.ts';

describe('sniffBinary', () => {
  it.each([
    ['pdf', Buffer.from('%PDF-1.7\n%âãÏÓ', 'latin1')],
    ['pdf', Buffer.from('\n\n%PDF-1.4')],
    ['docx', zipOf('[Content_Types].xml', 'word/document.xml')],
    ['xlsx', zipOf('xl/workbook.xml')],
    ['pptx', zipOf('ppt/presentation.xml')],
    ['epub', zipSync({ mimetype: [Buffer.from('application/epub+zip'), { level: 0 }] })],
    ['epub', zipOf('mimetype', 'META-INF/container.xml', 'OEBPS/a.xhtml')],
    ['odt', zipSync({ mimetype: [Buffer.from('application/vnd.oasis.opendocument.text'), { level: 0 }] })],
    ['rtf', Buffer.from('{\\rtf1\\ansi')],
    ['msg', compound('__substg1.0_0037001F')],
  ])('tells %s', (format, bytes) => {
    expect(sniffBinary(bytes)).toEqual({ ok: true, format });
  });

  it.each([
    ['unsupported_type', 'a zip archive', zipOf('photo')],
    ['unsupported_type', 'an image', Buffer.from('\u0089PNG\r\n', 'latin1')],
    ['unsupported_type', 'of before 2007', compound('WordDocument')],
    ['needs_password', 'password', compound('EncryptedPackage')],
    ['truncated', 'cut off', zipOf('word/document.xml').subarray(0, 60)],
    ['too_large', '10001 files', zipOf(...Array.from({ length: 10_001 }, (_, at) => `${at}`))],
    ['too_large', 'unpacks to 64 MB', zipSync({ 'word/document.xml': new Uint8Array(64 * 1024 * 1024) })],
  ])('refuses as %s %s', (code, words, bytes) => {
    expect(sniffBinary(bytes)).toEqual({
      ok: false,
      reason: { code, message: expect.stringContaining(words) },
    });
  });

  it('knows compressed and other binary bytes by their control characters', () => {
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * at * 31 + at * 7) % 251));
    expect(sniffBinary(deflateRawSync(noise))).toMatchObject({
      reason: { message: expect.stringContaining('a binary file') },
    });
  });

  it('takes text for text: in any encoding, with colours, or that speaks of %PDF-', () => {
    expect(sniffBinary(Buffer.from('中文 text\r\n\tline\f'))).toBeNull();
    expect(sniffBinary(Buffer.from('\u001b[31mred\u001b[0m'))).toBeNull();
    expect(sniffBinary(Buffer.from('A file that begins with %PDF-1.7 is a PDF.'))).toBeNull();
    expect(sniffBinary(Uint8Array.from([0xd6, 0xd0, 0xce, 0xc4]))).toBeNull();
    expect(sniffBinary(new Uint8Array())).toBeNull();
  });
});

function zipOf(...names: readonly string[]): Uint8Array {
  return zipSync(Object.fromEntries(names.map((name) => [name, Buffer.from('<x/>')])));
}

/** The beginning of a compound file, and the name of one of its streams. */
function compound(stream: string): Uint8Array {
  return Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1_024),
    Buffer.from(stream, 'utf16le'),
  ]);
}
