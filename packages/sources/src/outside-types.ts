import type { RawDocument, Source } from '@winnow/core';

/** Types that Winnow gives to what it has made itself, text that was split or converted before. */
const ownTypes = 'application/vnd.winnow.';

/** Takes from what is read the types that only Winnow gives: whoever sends a document could name one, too. */
export function withOutsideTypes(source: Source): Source {
  return {
    scan: (options) => source.scan(options),
    isGone: (...place) => source.isGone(...place),
    check: (signal) => source.check(signal),
    async read(...place): Promise<RawDocument> {
      const raw = await source.read(...place);
      return raw.mediaType?.trim().toLowerCase().startsWith(ownTypes) ? { ...raw, mediaType: null } : raw;
    },
  };
}
