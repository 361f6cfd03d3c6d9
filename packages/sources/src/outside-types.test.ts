import type { DocumentId, SourceLocation } from '@winnow/core';
import { createMapSource } from '@winnow/testkit';
import { expect, test } from 'vitest';
import { withOutsideTypes } from './outside-types.ts';

test.each([
  ['text/markdown', 'text/markdown'],
  ['application/vnd.winnow.chunks+json', null],
  [' Application/VND.winnow.converted+xhtml; charset=utf-8', null],
  [null, null],
])('a document that says it is %s counts as %s', async (claimed, counted) => {
  const source = createMapSource(new Map([['a', '[]']]));
  const claiming = withOutsideTypes({
    ...source,
    read: async (...place) => ({ ...(await source.read(...place)), mediaType: claimed }),
  });
  const location = { kind: 'file', path: 'a' } as unknown as SourceLocation;
  const raw = await claiming.read('a' as DocumentId, location, new AbortController().signal);
  expect(raw.mediaType).toBe(counted);
});
