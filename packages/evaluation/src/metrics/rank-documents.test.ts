import type { DocumentId } from '@winnow/core';
import { expect, it } from 'vitest';
import { rankDocuments } from './rank-documents.ts';

it('rankDocuments puts each document where its best chunk stands', () => {
  const hits = ['b', 'a', 'b', 'c', 'a'].map((id) => ({ documentId: id as DocumentId }));
  expect(rankDocuments(hits)).toEqual(['b', 'a', 'c']);
});
