import { type CommitResult, type DocumentRevision, documentKeyOf } from '@winnow/core';
import { indexError } from '../connection/index-error.ts';
import type { ManifestRecord } from '../manifest/manifest-record.ts';
import { chunkDocumentId, versionOf } from './chunk-version.ts';

/** A revision on its way through the protocol. */
export interface Writing {
  readonly revision: DocumentRevision;
  readonly version: string;
  /** Null until it is known. */
  result: CommitResult | null;
  /** Ids that nobody reads any more, now that it ended as it did. */
  obsolete: readonly string[];
}

/** @throws AppError `invalid_argument` if the chunks are not numbered from 0: their ids are made of that. */
export function startWriting(revision: DocumentRevision): Writing {
  if (revision.chunks.some(({ position }, at) => position !== at)) {
    throw indexError('invalid_argument', 'positions of chunks must count from 0', {
      context: { documentId: revision.documentId },
    });
  }
  return { revision, version: versionOf(revision), result: null, obsolete: [] };
}

/** True while its result is not known. */
export function isOpen({ result }: Writing): boolean {
  return result === null;
}

/** Sets the result where the manifest has decided already; leaves it open where the flip may go on. */
export function endIfDecided(writing: Writing, record: ManifestRecord | null): void {
  const decided = decidedBy(writing, record);
  if (decided === null) return;
  const { documentId, revision } = writing.revision;
  writing.result = { documentId, revision, outcome: decided.outcome };
  if (decided.isObsolete) writing.obsolete = ownChunkIds(writing);
}

/** Null where the flip may go on. */
export function decidedBy(
  { revision, version }: Writing,
  record: ManifestRecord | null,
): { readonly outcome: 'committed' | 'superseded'; readonly isObsolete: boolean } | null {
  if (record !== null && record.live_version === version) return { outcome: 'committed', isObsolete: false };
  if (record === null || record.revision !== revision.revision || isOver(record)) {
    return { outcome: 'superseded', isObsolete: true };
  }
  // Another worker had the same revision with other bytes and was first: the document is committed.
  if (record.live_revision === revision.revision) return { outcome: 'committed', isObsolete: true };
  return null;
}

/** A tombstone, or a version that was given up: neither is ever made live. */
function isOver({ state }: ManifestRecord): boolean {
  return state === 'deleted' || state === 'failed';
}

/** `_id` of every chunk that this writing makes. */
export function ownChunkIds({ revision, version }: Writing): string[] {
  return revision.chunks.map(({ position }) =>
    chunkDocumentId(documentKeyOf(revision.documentId), version, position),
  );
}
