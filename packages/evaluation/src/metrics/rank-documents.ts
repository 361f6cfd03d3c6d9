import type { DocumentId } from '@winnow/core';

/**
 * Documents by their best chunk: each stands where its first chunk stands.
 *
 * @param hits chunks, best first.
 * @returns distinct document ids, best first.
 */
export function rankDocuments(hits: readonly { readonly documentId: DocumentId }[]): readonly DocumentId[] {
  return [...new Set(hits.map(({ documentId }) => documentId))];
}
