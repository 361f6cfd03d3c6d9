import {
  AppError,
  type Corpus,
  type DocumentId,
  type DocumentKey,
  documentKeyOf,
  type FailureCode,
  liveRef,
  type ManifestEntry,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { from } from '../waiting/with-patience.ts';

/** One or some documents of the inbox, all of a cause, or, with neither, all that are not dismissed. */
export interface InboxSelection {
  readonly cause?: FailureCode;
  /** At most 1,000. */
  readonly documentIds?: readonly DocumentId[];
}

/** Documents that may be named at a time. */
const maxNamed = 1_000;

/** Entries looked at in one go. */
const pageSize = 1_000;

/**
 * The entries of a selection, a page at a time. Those that are named are there dismissed or not; what is not in the
 * inbox is passed over.
 * @throws AppError `invalid_argument` for more names than are allowed.
 */
export async function* selectedEntries(
  { store: { manifest } }: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  { cause, documentIds }: InboxSelection,
  limit: number = pageSize,
): AsyncGenerator<readonly ManifestEntry[]> {
  const ref = liveRef(corpus);
  if (documentIds !== undefined) {
    const entries = await from('index', manifest.get(ref, requireFew(documentIds)));
    yield [...entries.values()].filter(
      ({ state, reason }) => state === 'failed' && (cause === undefined || reason?.code === cause),
    );
    return;
  }
  const query = {
    states: ['failed'],
    dismissed: false,
    limit,
    ...(cause !== undefined && { cause }),
  } as const;
  let after: DocumentKey | null = null;
  for (;;) {
    const page: readonly ManifestEntry[] = await from(
      'index',
      manifest.list(ref, { ...query, ...(after !== null && { after, stale: true }) }),
    );
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = documentKeyOf(last.documentId);
  }
}

function requireFew(documentIds: readonly DocumentId[]): readonly DocumentId[] {
  if (documentIds.length <= maxNamed) return documentIds;
  throw new AppError(
    'invalid_argument',
    `${documentIds.length} documents are named; at most ${maxNamed} can be at a time`,
  );
}
