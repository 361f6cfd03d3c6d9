import { AppError, type DocumentId, type LostPlace, type Parse, type Source, sha256 } from '@winnow/core';

/** Documents by id. A text of null is listed as one that cannot be read. */
export type DocumentMap = Map<string, string | null>;

/** What a test can make a {@link createMapSource} do. */
export interface MapSourceTroubles {
  /** Prefixes of ids that a scan cannot look into: what is below is not listed. */
  readonly uncovered?: ReadonlySet<string>;
  /** Prefixes of ids of places that are lost: what is not listed there is not gone. */
  readonly lost?: ReadonlySet<string>;
  /** Called before each item of a scan; may wait or throw. */
  readonly onScan?: (documentId: string) => void | Promise<void>;
  /** Called before each read; may wait or throw. */
  readonly onRead?: (documentId: string) => void | Promise<void>;
}

/** A source over a map, which tests change between two ingests. An empty map is a source that is not there. */
export function createMapSource(documents: DocumentMap, troubles: MapSourceTroubles = {}): Source {
  const check = async () => {
    if (documents.size === 0) throw new AppError('not_found', 'the source is not there');
  };
  return {
    async *scan({ after, signal }) {
      await check();
      const hidden = [...(troubles.uncovered ?? [])];
      for (const prefix of hidden) yield { kind: 'uncovered', prefix, reason: 'no permission' };
      const ids = [...documents.keys()];
      const from = after === null ? 0 : ids.indexOf(after) + 1;
      for (const id of ids.slice(from)) {
        signal.throwIfAborted();
        if (hidden.some((prefix) => id.startsWith(prefix))) continue;
        await troubles.onScan?.(id);
        const text = documents.get(id);
        const documentId = id as DocumentId;
        if (text === undefined) continue;
        if (text === null) {
          const reason = { code: 'unreadable', message: 'no permission' } as const;
          yield { kind: 'unreadable', documentId, reason, cursor: id };
          continue;
        }
        const bytes = Buffer.byteLength(text);
        yield {
          kind: 'document',
          documentId,
          location: { id },
          contentHash: sha256(text),
          bytes,
          cursor: id,
        };
      }
    },
    async read(documentId, _location, signal) {
      signal.throwIfAborted();
      await troubles.onRead?.(documentId);
      const text = documents.get(documentId);
      if (text === undefined || text === null) throw new AppError('not_found', `${documentId} is gone`);
      const content = new TextEncoder().encode(text);
      return { documentId, content, mediaType: null, title: null, metadata: {}, contentHash: sha256(text) };
    },
    isGone: async (documentId) => !documents.has(documentId) && lostPlaceOf(documentId) === null,
    lostPlace: async (documentId) => lostPlaceOf(documentId),
    check,
  };

  function lostPlaceOf(documentId: string): LostPlace | null {
    const prefix = [...(troubles.lost ?? [])].find((each) => documentId.startsWith(each));
    return prefix === undefined ? null : { prefix, reason: 'nothing is left there' };
  }
}

/** Paragraphs divided by empty lines; the title is the document's id. */
export const parseParagraphs: Parse = async ({ documentId, content }) => {
  const text = new TextDecoder().decode(content);
  const blocks = [...text.matchAll(/\S(?:.|\n(?!\s*\n))*/g)].map((match) => ({
    kind: 'paragraph' as const,
    start: match.index,
    end: match.index + match[0].length,
    headings: [],
  }));
  return { ok: true, document: { title: documentId, text, blocks, metadata: {}, warnings: [] } };
};
