import { type DocumentId, type RawDocument, sha256 } from '@winnow/core';
import type { PrepareResult } from '@winnow/ingestion';
import { expect, test } from 'vitest';
import { prepareConverted } from './prepare-converted.ts';

const { signal } = new AbortController();
const markup = 'application/vnd.winnow.converted+xhtml';

function rawOf(name: string, mediaType: string | null): RawDocument {
  const content = Buffer.from(name);
  const documentId = name as DocumentId;
  return { documentId, content, mediaType, title: null, metadata: {}, contentHash: sha256(content) };
}

/** What is read here: anything but drawings. */
async function prepare(raw: RawDocument): Promise<PrepareResult> {
  const isRead = raw.mediaType === markup || !raw.documentId.endsWith('.dwg');
  const message = raw.mediaType ?? 'as it is';
  return { ok: false, reason: { code: isRead ? 'malformed' : 'unsupported_type', message } };
}

test.each([
  ['a page', 'page.md', null, 'as it is'],
  ['a drawing', 'plan.dwg', null, markup],
  ['a document of a preferred type', 'plan.PDF', null, markup],
  [
    'text of such a document that was split before',
    'plan.pdf',
    'application/vnd.winnow.chunks+json',
    'application/vnd.winnow.chunks+json',
  ],
])('%s is read as it should be', async (_, name, mediaType, seenAs) => {
  const converter = {
    convert: async (raw: RawDocument) => ({ ok: true, raw: { ...raw, mediaType: markup } }) as const,
    preferredFor: new Set(['pdf']),
  };
  const result = await prepareConverted(rawOf(name, mediaType), converter, prepare, signal);
  expect(result).toEqual({ ok: false, reason: { code: 'malformed', message: seenAs } });
});
