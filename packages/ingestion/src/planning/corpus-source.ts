import type { CorpusSource, DocumentId, ScanEvent, Source } from '@winnow/core';
import { createStoredSource, isStored } from '../generations/stored-source.ts';
import type { IngestPorts } from '../ports.ts';

/** A source whose documents have the ids that they have in the corpus; its errors say that it is the source. */
export function openCorpusSource(
  { openSource, store }: Pick<IngestPorts, 'openSource' | 'store'>,
  corpusSource: CorpusSource,
): Source {
  if (isStored(corpusSource)) return createStoredSource(store, corpusSource);
  const { prefix, settings } = corpusSource;
  const source = openSource(settings);
  if (prefix === '') return source;
  const qualified = (id: DocumentId) => `${prefix}${id}` as DocumentId;
  const own = (id: DocumentId) => id.slice(prefix.length) as DocumentId;
  return {
    async *scan(options) {
      for await (const event of source.scan(options)) yield qualifiedEvent(event);
    },
    async read(documentId, location, signal) {
      return { ...(await source.read(own(documentId), location, signal)), documentId };
    },
    isGone: (documentId, location, signal, takenUpAt) =>
      source.isGone(own(documentId), location, signal, takenUpAt),
    async lostPlace(documentId, location, signal, takenUpAt) {
      const place = (await source.lostPlace?.(own(documentId), location, signal, takenUpAt)) ?? null;
      return place === null ? null : { ...place, prefix: `${prefix}${place.prefix}` };
    },
    check: (signal) => source.check(signal),
  };

  function qualifiedEvent(event: ScanEvent): ScanEvent {
    if (event.kind === 'uncovered') return { ...event, prefix: `${prefix}${event.prefix}` };
    const documentId = qualified(event.documentId);
    if (event.otherwise === undefined) return { ...event, documentId };
    return { ...event, documentId, otherwise: qualified(event.otherwise) };
  }
}
