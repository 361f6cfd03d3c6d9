import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from '../parse.ts';
import { encodeAs } from '../testing/encode-as.ts';
import { rawOf } from '../testing/raw-of.ts';

const reasonOf = async (name: string, bytes: Uint8Array) => {
  const result = await parse(rawOf(name, bytes));
  return result.ok ? null : result.reason;
};

describe('a compressed document', () => {
  it.each([
    ['notes/a.md.gz', '# Harbour\n\nThe ferry leaves at nine.', 'Harbour'],
    ['a.html.gz', '<title>Harbour</title><h1>Harbour</h1><p>The ferry leaves at nine.</p>', 'Harbour'],
    ['a.TXT.GZ', 'The ferry leaves at nine.', 'a'],
    ['table.csv.gz', 'id;when\nferry;The ferry leaves at nine.', 'table'],
    ['a.json.gz', '{"when": "The ferry leaves at nine."}', 'a'],
  ])('is read as what it holds: %s', async (name, text, title) => {
    const result = await parse(rawOf(name, gzipSync(text)));
    expect(result).toMatchObject({ ok: true, document: { title } });
    expect(result.ok && result.document.text).toContain('The ferry leaves at nine.');
  });

  it('is told its encoding as any other, and believed over the type of the archive', async () => {
    const result = await parse(
      rawOf('a.md.gz', gzipSync(encodeAs('# 渡轮\n\n渡轮九点出发，请提前到码头排队等候上船。', 'gb18030')), {
        mediaType: 'application/gzip',
      }),
    );
    expect(result).toMatchObject({ ok: true, document: { title: '渡轮' } });
  });

  it('of several members is all of them', async () => {
    const bytes = Buffer.concat([gzipSync('The first. '), gzipSync('The second.')]);
    expect(await parse(rawOf('a.txt.gz', bytes))).toMatchObject({
      document: { text: 'The first. The second.' },
    });
  });

  it('is refused with its own cause where it is cut, damaged, a bomb or an archive within it', async () => {
    const whole = gzipSync('The ferry leaves at nine.\n'.repeat(1_000));
    expect(await reasonOf('a.txt.gz', whole.subarray(0, whole.length - 20))).toMatchObject({
      code: 'truncated',
    });
    const damaged = Uint8Array.from(whole, (byte, at) => (at === whole.length - 6 ? byte ^ 0xff : byte));
    expect(await reasonOf('a.txt.gz', damaged)).toMatchObject({ code: 'malformed' });
    expect(await reasonOf('a.txt.gz', gzipSync(Buffer.alloc(17 * 1024 * 1024, 'a')))).toMatchObject({
      code: 'too_large',
      message: 'it unpacks to more than 16 MB',
    });
    expect(await reasonOf('a.txt.gz.gz', gzipSync(whole))).toMatchObject({
      code: 'unsupported_type',
      message: expect.stringContaining('within an archive'),
    });
    expect(await reasonOf('a.tar.gz', whole)).toMatchObject({
      code: 'unsupported_type',
      message: expect.stringContaining('a gzip archive'),
    });
  });

  it('only by name is read as it is', async () => {
    expect(await parse(rawOf('a.txt.gz', 'plain after all'))).toMatchObject({
      document: { text: 'plain after all' },
    });
  });
});
