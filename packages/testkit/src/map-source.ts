import { AppError, type DocumentId, type Parse, type Source, sha256 } from '@winnow/core';

/** Documents by id. A text of null is listed as one that cannot be read. */
export type DocumentMap = Map<string, string | null>;

/** A source over a map, which tests change between two ingests. An empty map is a source that is not there. */
export function createMapSource(documents: DocumentMap): Source {
  return {
    async *scan(signal) {
      if (documents.size === 0) throw new AppError('not_found', 'the source is not there');
      for (const [id, text] of documents) {
        signal.throwIfAborted();
        const documentId = id as DocumentId;
        if (text === null) {
          yield { kind: 'unreadable', documentId, reason: { code: 'unreadable', message: 'no permission' } };
          continue;
        }
        const bytes = Buffer.byteLength(text);
        yield { kind: 'document', documentId, location: { id }, contentHash: sha256(text), bytes };
      }
    },
    async read(documentId, _location, signal) {
      signal.throwIfAborted();
      const text = documents.get(documentId);
      if (text === undefined || text === null) throw new AppError('not_found', `${documentId} is gone`);
      const content = new TextEncoder().encode(text);
      return { documentId, content, mediaType: null, title: null, metadata: {}, contentHash: sha256(text) };
    },
  };
}

/** Paragraphs divided by empty lines; the title is the document's id. */
export const parseParagraphs: Parse = ({ documentId, content }) => {
  const text = new TextDecoder().decode(content);
  const blocks = [...text.matchAll(/\S(?:.|\n(?!\s*\n))*/g)].map((match) => ({
    kind: 'paragraph' as const,
    start: match.index,
    end: match.index + match[0].length,
    headings: [],
  }));
  return { ok: true, document: { title: documentId, text, blocks, metadata: {}, warnings: [] } };
};
