import {
  AppError,
  type Corpus,
  type DocumentId,
  type DocumentKey,
  documentKeyOf,
  type FailureCode,
  liveRef,
  type ManifestEntry,
  type SourceId,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { from } from '../waiting/with-patience.ts';

/** A document that did not get in, for the person who can change that. */
export interface InboxItem {
  readonly documentId: DocumentId;
  readonly sourceId: SourceId;
  readonly cause: FailureCode;
  /** What is wrong with it, in a sentence. */
  readonly message: string;
  /** Times that a worker took it up. */
  readonly attempts: number;
  /** When it failed; ISO 8601, UTC. */
  readonly since: string;
  /** Null where it could not even be looked at. */
  readonly bytes: number | null;
  /** Whether an older version of it is found. */
  readonly searchable: boolean;
  /** Somebody wants to hear no more of it, until it changes. */
  readonly dismissed: boolean;
}

export interface InboxPage {
  readonly items: readonly InboxItem[];
  /** Where the next page begins; null where there is none. */
  readonly next: string | null;
}

export interface InboxQuery {
  readonly cause?: FailureCode;
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1–1,000. */
  readonly limit: number;
}

/** Documents of a corpus' live generation that are in the inbox, dismissed ones left out, by document key. */
export async function listInbox(
  { store }: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  { cause, after, limit }: InboxQuery,
): Promise<InboxPage> {
  // Any text may be asked for: it only says where to begin.
  const behind = after as DocumentKey | undefined;
  const entries = await from(
    'index',
    store.manifest.list(liveRef(corpus), {
      states: ['failed'],
      dismissed: false,
      limit,
      ...(cause !== undefined && { cause }),
      ...(behind !== undefined && { after: behind }),
    }),
  );
  const last = entries.at(-1);
  const isEnd = last === undefined || entries.length < limit;
  return { items: entries.map(itemOf), next: isEnd ? null : documentKeyOf(last.documentId) };
}

/**
 * One document of the inbox, dismissed or not.
 * @throws AppError `not_found` where it is not in the inbox.
 */
export async function inboxItem(
  { store }: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  documentId: DocumentId,
): Promise<InboxItem> {
  const entries = await from('index', store.manifest.get(liveRef(corpus), [documentId]));
  const entry = entries.get(documentId);
  if (entry?.state === 'failed') return itemOf(entry);
  throw new AppError('not_found', `${documentId} is not in the inbox of ${corpus.name}`);
}

function itemOf(entry: ManifestEntry): InboxItem {
  const { documentId, sourceId, attempts, updatedAt, bytes, liveRevision, dismissed } = entry;
  return {
    documentId,
    sourceId,
    // Data of before every failure had its reason may lack one.
    cause: entry.reason?.code ?? 'gave_up',
    message: entry.reason?.message ?? 'the reason was not kept',
    attempts,
    since: updatedAt,
    bytes,
    searchable: liveRevision !== null,
    dismissed,
  };
}
