import { AppError, type ContentStore, type DocumentKey, documentKeyOf, type Source } from '@winnow/core';

/** Documents read in one go. */
const pageSize = 1_000;

/**
 * What was pushed, as the content store has it. A document is gone where somebody has deleted it: of one that was never
 * pushed, or whose bytes are not here since it is of a restored archive, nothing can be said.
 */
export function createPushSource(contents: ContentStore, place: string): Source {
  return {
    async *scan({ after, signal }) {
      let behind = after as DocumentKey | null;
      for (;;) {
        signal.throwIfAborted();
        const page = await contents.list(place, { after: behind, limit: pageSize });
        for (const { documentId, contentHash, bytes, isDeleted } of page) {
          const cursor = documentKeyOf(documentId);
          if (isDeleted || bytes === null) continue;
          yield { kind: 'document', documentId, location: {}, contentHash, bytes, cursor };
        }
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return;
        behind = documentKeyOf(last.documentId);
      }
    },
    async read(documentId) {
      const pushed = await contents.get(place, documentId);
      if (pushed !== null) return pushed;
      throw new AppError(
        'not_found',
        `no content of ${documentId} is here: it was never pushed, is deleted, or came with an archive, which has none`,
      );
    },
    async isGone(documentId) {
      return (await contents.entries(place, [documentId])).get(documentId)?.isDeleted === true;
    },
    async check(signal) {
      signal.throwIfAborted();
    },
  };
}
