import { tikaServer, worksheet2 } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { parse } from '../parse.ts';
import { rawOf } from '../testing/raw-of.ts';
import { createTika } from './tika.ts';

const { signal } = new AbortController();
const server = await tikaServer();
const missing = 'missing' in server ? server.missing : false;
const url = 'url' in server ? server.url : '';

describe.skipIf(missing)('a real Tika server', () => {
  test('reads what has no reader here, and what it says is read as the document', async () => {
    const raw = rawOf(
      'old/guests.xls',
      worksheet2([
        ['name', 'city'],
        ['Ada Lovelace', 'London'],
      ]),
    );
    expect(await parse(raw)).toMatchObject({ ok: false, reason: { code: 'unsupported_type' } });
    const converted = await createTika({ url })(raw, signal);
    if (!converted.ok) throw new Error(converted.reason.message);
    expect(converted.raw).toMatchObject({ documentId: raw.documentId, contentHash: raw.contentHash });
    const parsed = await parse(converted.raw);
    if (!parsed.ok) throw new Error(parsed.reason.message);
    expect(parsed.document.title).toBe('guests');
    const texts = parsed.document.blocks.map(({ start, end }) => parsed.document.text.slice(start, end));
    expect(texts).toEqual(['name', 'city', 'Ada Lovelace', 'London']);
  });

  test.each([
    [
      'noise',
      'noise.bin',
      Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7) % 256)),
      'unsupported_type',
    ],
    ['a document that is something else', 'plan.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'malformed'],
  ])('says why it cannot read %s', async (_, name, bytes, code) => {
    expect(await createTika({ url })(rawOf(name, bytes), signal)).toMatchObject({
      ok: false,
      reason: { code },
    });
  });
});
