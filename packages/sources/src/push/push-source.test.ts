import { type ContentEntry, type ContentStore, type DocumentId, sha256 } from '@winnow/core';
import { expect, test } from 'vitest';
import { createPushSource } from './push-source.ts';

const { signal } = new AbortController();

function entryOf(id: string, more: Partial<ContentEntry>): ContentEntry {
  const documentId = id as DocumentId;
  return {
    documentId,
    sequence: 1,
    version: 1,
    isDeleted: false,
    contentHash: sha256(id),
    bytes: 1,
    ...more,
  };
}

test('a document whose bytes are not here is neither listed nor gone', async () => {
  const entries = [
    entryOf('here', {}),
    entryOf('archived', { bytes: null }),
    entryOf('deleted', { isDeleted: true, bytes: 0 }),
  ];
  const contents = {
    list: async () => entries,
    entries: async () => new Map(entries.map((entry) => [entry.documentId, entry])),
  } as unknown as ContentStore;
  const source = createPushSource(contents, 'place');
  const listed = await Array.fromAsync(source.scan({ after: null, signal }));
  expect(listed).toMatchObject([{ documentId: 'here' }]);
  const isGone = (id: string) => source.isGone(id as DocumentId, {}, signal);
  expect([await isGone('here'), await isGone('archived'), await isGone('deleted')]).toEqual([
    false,
    false,
    true,
  ]);
});
