import { type Corpus, liveRef } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { from } from '../waiting/with-patience.ts';
import { type InboxSelection, selectedEntries } from './inbox-selection.ts';

/**
 * Has documents of the inbox be heard of no more, until they change. Each only at the very version that was seen: one
 * that somebody is trying again, or that has changed meanwhile, stays.
 * @returns how many were dismissed.
 * @throws AppError `invalid_argument` for more than 1,000 names.
 */
export async function dismissItems(
  ports: Pick<IngestPorts, 'store' | 'log'>,
  corpus: Corpus,
  which: InboxSelection,
): Promise<number> {
  const ref = liveRef(corpus);
  let count = 0;
  for await (const page of selectedEntries(ports, corpus, which)) {
    const documents = page
      .filter(({ dismissed }) => !dismissed)
      .map(({ documentId, revision }) => ({ documentId, revision }));
    if (documents.length === 0) continue;
    count += await from('index', ports.store.manifest.dismiss(ref, documents));
  }
  ports.log.info({ event: 'inbox-dismissed', corpus: corpus.name, count });
  return count;
}
