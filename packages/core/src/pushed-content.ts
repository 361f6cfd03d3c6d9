import { randomBytes } from 'node:crypto';
import type { Metadata } from './document.ts';
import { type DocumentId, type Sha256, sha256 } from './ids.ts';

/** A document as somebody pushes it. */
export interface NewContent {
  /** At most `maxDocumentBytes`. */
  readonly content: Uint8Array;
  /** As `RawDocument` has it. */
  readonly mediaType: string | null;
  readonly title: string | null;
  readonly metadata: Metadata;
}

/** What somebody wants of a document. */
export interface ContentChange {
  readonly documentId: DocumentId;
  /** Null: it is to be deleted. */
  readonly content: NewContent | null;
  /** Grows with each change that its maker makes of the document; null: the later request is the newer. */
  readonly version: number | null;
  /** The same for every try of one request; null: each try is a request of its own. */
  readonly idempotencyKey: string | null;
}

/** What is known of a pushed document without its bytes. */
export interface ContentEntry {
  readonly documentId: DocumentId;
  /** Grows with each change that was kept, from 1. */
  readonly sequence: number;
  /** The highest that was ever given; null: none was. */
  readonly version: number | null;
  readonly isDeleted: boolean;
  /** Over bytes, media type, title and metadata; of nothing where it is deleted. */
  readonly contentHash: Sha256;
  /** Null: they are not here, since an archive has none; they come with a push of the same content, or of newer. */
  readonly bytes: number | null;
}

/** What an archive has of a pushed document. */
export interface ArchivedContent extends Pick<ContentEntry, 'documentId' | 'version'> {
  /** Null where it is deleted. */
  readonly contentHash: Sha256 | null;
}

export interface PushedContent extends NewContent, Pick<ContentEntry, 'documentId' | 'contentHash'> {}

/** What a store keeps of a document besides its bytes. */
export interface ContentRecord extends ContentEntry, Omit<NewContent, 'content'> {
  /** Requests that were taken lately, newest last. */
  readonly taken: readonly TakenRequest[];
}

interface TakenRequest {
  readonly key: string;
  /** Of what was asked for. */
  readonly digest: Sha256;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * - `kept`: it is what the document is from now on
 * - `same`: the document was that already
 * - `repeated`: a request with this key was taken before, whatever has become of the document since
 * - `older`: there is a version that is not older; nothing has changed
 * - `key_reused`: a request with this key asked for something else; nothing has changed
 */
export type ContentOutcome = 'kept' | 'same' | 'repeated' | 'older' | 'key_reused';

/** Of one document; older ones are forgotten first. */
const maxTaken = 16;
/** Hours after which nobody tries a request again. */
const takenHours = 24;

/**
 * What becomes of a change, given what is there: the one place where it is decided that an older version does not win
 * and that a request which is made twice is taken once.
 * @param current null: the document was never pushed.
 * @returns the record to keep in its place; null where nothing is to be written.
 */
export function decideContent(
  current: ContentRecord | null,
  change: ContentChange,
  now: Date,
): { readonly outcome: ContentOutcome; readonly record: ContentRecord | null } {
  const { documentId, content, version, idempotencyKey } = change;
  const contentHash = content === null ? hashOfNothing : contentHashOf(content);
  const digest = sha256(JSON.stringify([contentHash, version]));
  const before = current?.taken.find(({ key }) => key === idempotencyKey);
  if (before !== undefined) {
    return { outcome: before.digest === digest ? 'repeated' : 'key_reused', record: null };
  }
  const isThere = current === null ? content === null : current.contentHash === contentHash;
  if (version !== null && current !== null && current.version !== null) {
    if (version < current.version || (version === current.version && !isThere)) {
      return { outcome: 'older', record: null };
    }
  }
  const highest = version ?? current?.version ?? null;
  const taken = takenWith(current?.taken ?? [], idempotencyKey, digest, now);
  // A tombstone is kept of what was never there, too: it may come late.
  const isSame = isThere && current !== null;
  if (isSame && current.bytes !== null && highest === current.version && idempotencyKey === null) {
    return { outcome: 'same', record: null };
  }
  return {
    outcome: isSame ? 'same' : 'kept',
    record: {
      documentId,
      sequence: isSame ? current.sequence : (current?.sequence ?? 0) + 1,
      version: highest,
      isDeleted: content === null,
      contentHash,
      bytes: content?.content.byteLength ?? 0,
      mediaType: content?.mediaType ?? null,
      title: content?.title ?? null,
      metadata: content?.metadata ?? {},
      taken,
    },
  };
}

/** What there is to decide on where all that is known of a document is what an archive has. */
export function recordOfArchived({ documentId, version, contentHash }: ArchivedContent): ContentRecord {
  const isDeleted = contentHash === null;
  return {
    documentId,
    sequence: 1,
    version,
    isDeleted,
    contentHash: contentHash ?? hashOfNothing,
    bytes: isDeleted ? 0 : null,
    mediaType: null,
    title: null,
    metadata: {},
    taken: [],
  };
}

/** A fresh place in a content store. */
export function createContentPlace(): string {
  return randomBytes(12).toString('hex');
}

function contentHashOf({ content, mediaType, title, metadata }: NewContent): Sha256 {
  const fields = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([sha256(content), mediaType, title, fields]));
}

/** Not that of an empty document. */
const hashOfNothing = sha256('deleted');

function takenWith(
  taken: readonly TakenRequest[],
  key: string | null,
  digest: Sha256,
  now: Date,
): readonly TakenRequest[] {
  const since = new Date(now.getTime() - takenHours * 3_600_000).toISOString();
  const recent = taken.filter(({ at }) => at >= since);
  const all = key === null ? recent : [...recent, { key, digest, at: now.toISOString() }];
  return all.slice(-maxTaken);
}
