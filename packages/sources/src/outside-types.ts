import { isOwnMediaType, type RawDocument, type Source } from '@winnow/core';

/** Takes from what is read the types that only Winnow gives: whoever sends a document could name one, too. */
export function withOutsideTypes(source: Source): Source {
  return {
    scan: (options) => source.scan(options),
    isGone: (...place) => source.isGone(...place),
    lostPlace: async (...place) => (await source.lostPlace?.(...place)) ?? null,
    check: (signal) => source.check(signal),
    async read(...place): Promise<RawDocument> {
      const raw = await source.read(...place);
      return isOwnMediaType(raw.mediaType) ? { ...raw, mediaType: null } : raw;
    },
  };
}
