import type { RecordFields } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { pushRecordOf, readPushLines } from './push-record.ts';

const fields: RecordFields = {
  id: 'sku',
  title: 'names.short',
  text: ['description', 'care'],
  metadata: ['price'],
};
const product = {
  sku: 7,
  names: { short: 'Nut' },
  description: 'A wing nut.',
  care: 'Oil it.',
  price: 3,
  hidden: 1,
};
const taken = { title: 'Nut', metadata: { price: 3 } };

function contentOf(record: ReturnType<typeof pushRecordOf>) {
  if (record.kind === 'malformed') throw new Error(record.message);
  const { content, documentId, version } = record.change;
  return { ...content, documentId, version, content: content && Buffer.from(content.content).toString() };
}

describe('fields of what is pushed', () => {
  test('are those that the source names, in lines and in bodies, and what is said besides stays apart', async () => {
    const expected = { ...taken, documentId: '7', version: 2, content: 'A wing nut.\n\nOil it.' };
    async function* lines() {
      yield Buffer.from(`${JSON.stringify({ ...product, _version: 2 })}\n{"id":"8","description":"b"}\n`);
    }
    const [first, second] = await Array.fromAsync(readPushLines(lines(), fields));
    expect(first && contentOf(first)).toMatchObject(expected);
    expect(second).toMatchObject({ kind: 'malformed', message: expect.stringContaining('sku must be') });
    expect(contentOf(pushRecordOf({ ...product, _version: 2 }, null, fields))).toMatchObject(expected);
  });

  test('need no id in a body whose address has it', () => {
    const { sku: _, ...body } = product;
    expect(contentOf(pushRecordOf(body, 'nut', fields))).toMatchObject({ ...taken, documentId: 'nut' });
  });

  test('need no text beside bytes', () => {
    const body = { ...product, _content: Buffer.from('bytes').toString('base64'), _type: 'text/markdown' };
    expect(contentOf(pushRecordOf(body, null, fields))).toMatchObject({
      ...taken,
      content: 'bytes',
      mediaType: 'text/markdown',
    });
  });

  test('of time and access become metadata of fixed names, in text and beside bytes', () => {
    const mapped = { time: Date.UTC(2026, 2, 4), access: ['staff'] };
    const body = { _id: 'a', text: 'said', changed: '2026-03-04', groups: ['staff'] };
    const named = { time: 'changed', access: 'groups' };
    expect(contentOf(pushRecordOf(body, null, named)).metadata).toMatchObject(mapped);
    expect(contentOf(pushRecordOf({ ...body, _content: 'Ynl0ZXM=' }, null, named)).metadata).toMatchObject(
      mapped,
    );
    expect(pushRecordOf({ ...body, changed: 'soon' }, null, named)).toMatchObject({ kind: 'malformed' });
  });

  test('have their usual names where the source names none', () => {
    const body = { _id: 'a', title: 'T', text: 'said', floor: 3 };
    expect(contentOf(pushRecordOf(body))).toMatchObject({
      documentId: 'a',
      title: 'T',
      content: 'said',
      metadata: { floor: 3 },
    });
  });
});
