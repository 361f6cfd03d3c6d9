import { type DocumentId, type Metadata, type RawDocument, sha256 } from '@winnow/core';

/** A document as a source would hand it over. */
export function rawOf(
  documentId: string,
  content: string | Uint8Array,
  options: { readonly mediaType?: string; readonly title?: string; readonly metadata?: Metadata } = {},
): RawDocument {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    documentId: documentId as DocumentId,
    content: bytes,
    mediaType: options.mediaType ?? null,
    title: options.title ?? null,
    metadata: options.metadata ?? {},
    contentHash: sha256(bytes),
  };
}
