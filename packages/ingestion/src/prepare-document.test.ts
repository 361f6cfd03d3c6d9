import type { Parse, RawDocument } from '@winnow/core';
import { contentHashOf, createWordTokenizer, documentIdOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { prepareDocument } from './prepare-document.ts';

const options = {
  tokenizer: createWordTokenizer(),
  chunking: { targetTokens: 64, overlapRatio: 0.1 },
  maxTokens: 256,
};
const parse: Parse = async (raw) => {
  const text = new TextDecoder().decode(raw.content);
  const blocks = [{ kind: 'paragraph', start: 0, end: text.length, headings: [] }] as const;
  const metadata = { author: 'document', pages: 1 };
  return { ok: true, document: { title: 'Own title', text, blocks, metadata, warnings: [] } };
};

function rawOf(overrides: Partial<RawDocument> = {}): RawDocument {
  return {
    documentId: documentIdOf('4983'),
    content: new TextEncoder().encode('Preterm infants were scanned.'),
    mediaType: 'text/plain',
    title: 'White matter in newborns',
    metadata: { author: 'source' },
    contentHash: contentHashOf('4983'),
    ...overrides,
  };
}

describe('prepareDocument', () => {
  it("makes a record's title part of what is searched and embedded, not of the passage", async () => {
    const prepared = await prepareDocument(rawOf(), { ...options, parse });
    if (!prepared.ok) expect.fail(prepared.reason.message);
    const [chunk] = prepared.document.chunks;
    expect(chunk?.text).toBe('Preterm infants were scanned.');
    expect(chunk?.terms.split(' ')).toEqual(expect.arrayContaining(['newborn', 'infant']));
    expect(chunk?.modelTokens).toEqual(expect.arrayContaining(['white', 'scanne']));
  });

  it("prefers the source's title and metadata over the document's own", async () => {
    const prepared = await prepareDocument(rawOf(), { ...options, parse });
    expect(prepared).toMatchObject({
      document: { title: 'White matter in newborns', metadata: { author: 'source', pages: 1 } },
    });
    expect(await prepareDocument(rawOf({ title: null }), { ...options, parse })).toMatchObject({
      document: { title: 'Own title' },
    });
  });

  it('says why a document cannot be read', async () => {
    const reason = { code: 'malformed', message: 'no end of file' } as const;
    expect(
      await prepareDocument(rawOf(), { ...options, parse: async () => ({ ok: false, reason }) }),
    ).toEqual({
      ok: false,
      reason,
    });
  });
});
