import type { DocumentId, FailureReason, ScanCursor, ScanEvent, SourceLocation } from '@winnow/core';
import { createPathFilter } from '../folder/path-filter.ts';
import type { ArchiveMember, ListedArchive } from './archive.ts';

/** Longest document id there is. */
const maxIdLength = 1_024;
/** Longest location and cursor, in bytes of JSON. */
const maxPlaceBytes = 4_096;

/** An archive in its source. */
export interface ArchivePlace {
  readonly id: string;
  readonly location: SourceLocation;
  /** Behind the archive. */
  readonly cursor: ScanCursor;
  cursorWithin(within: WithinArchive): ScanCursor;
}

/** Where a scan was left within an archive. */
export interface WithinArchive {
  /** Files of it that were gone through. */
  readonly done: number;
  readonly state: string;
}

/** Of what begins with it, the id names a file of the archive. */
function membersPrefix(id: string): string {
  return `${id}/`;
}

/**
 * The files of an archive, as documents of their own: `a.zip/notes/one.md`. Of an archive that is not whole, or is
 * another than when the scan began, nothing is said to be gone.
 * @param takes whether a file belongs to the source, by its document id.
 * @param within where the scan goes on in it; null: at its beginning.
 */
export function* archiveEvents(
  place: ArchivePlace,
  listed: Exclude<ListedArchive, { kind: 'other' }>,
  takes: (id: string) => boolean,
  within: WithinArchive | null,
): Generator<ScanEvent> {
  if (listed.kind === 'refused') {
    yield membersUncovered(place.id, listed.reason.message);
    yield unreadable(place.id, listed.reason, place.cursor);
    return;
  }
  const { state } = listed;
  const isAnother = within !== null && within.state !== state;
  if (isAnother) {
    yield membersUncovered(place.id, 'the archive changed while it was listed');
  }
  const members = [...listed.members.values()];
  if (members.length === 0) {
    yield unreadable(place.id, { code: 'empty', message: 'there is nothing in the archive' }, place.cursor);
  }
  const done = within === null || isAnother ? 0 : within.done;
  for (const [at, member] of members.entries()) {
    const id = membersPrefix(place.id) + member.name;
    if (at < done || !takes(id)) continue;
    const isLast = at === members.length - 1;
    yield memberEvent(place, id, member, isLast ? place.cursor : place.cursorWithin({ done: at + 1, state }));
  }
}

function memberEvent(place: ArchivePlace, id: string, member: ArchiveMember, cursor: ScanCursor): ScanEvent {
  const location = { ...place.location, member: member.name };
  const isLong = id.length > maxIdLength || Buffer.byteLength(JSON.stringify(location)) > maxPlaceBytes;
  if (isLong) {
    const message = 'a path of one of the files in it is too long';
    return unreadable(place.id, { code: 'unreadable', message }, cursor);
  }
  if (member.reason !== null) return unreadable(id, member.reason, cursor);
  const { bytes, contentHash } = member;
  return { kind: 'document', documentId: id as DocumentId, location, contentHash, bytes, cursor };
}

function unreadable(id: string, reason: FailureReason, cursor: ScanCursor): ScanEvent {
  return { kind: 'unreadable', documentId: id as DocumentId, reason, cursor };
}

/** Nothing that came from an archive is said to be gone. */
export function membersUncovered(id: string, reason: string): ScanEvent {
  return { kind: 'uncovered', prefix: membersPrefix(id), reason };
}

/** What is to be said of a file that is called an archive and is a document by itself; nothing of an Office document. */
export function* otherThanArchive(
  id: string,
  { isOffice }: Extract<ListedArchive, { kind: 'other' }>,
): Generator<ScanEvent> {
  if (!isOffice) yield membersUncovered(id, 'it is called an archive, and is none');
}

/** What an archive holds belongs to the source as the files of a folder of its name would, whatever their names. */
export function memberFilter({
  include,
  exclude,
}: {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}): (id: string) => boolean {
  const filter = createPathFilter([...include, '**/*'], exclude);
  return (id) => filter.takes(id) && !/(?:^|\/)__MACOSX\//.test(id);
}

/**
 * Whether an archive that is there no longer has a document: the file in it, or, where its files are documents, what was
 * said of the archive itself.
 * @param member null for the archive itself.
 * @returns false where it cannot be told.
 */
export function isNoLongerIn(
  listed: ListedArchive,
  archiveId: string,
  member: string | null,
  takes: (id: string) => boolean,
): boolean {
  if (listed.kind === 'other') return listed.isOffice && member !== null;
  if (listed.kind === 'refused') return false;
  if (member === null) return listed.members.size > 0;
  return !listed.members.has(member) || !takes(membersPrefix(archiveId) + member);
}

/** The name of a file in its archive; null for what is in none. */
export function memberOf({ member }: SourceLocation): string | null {
  return typeof member === 'string' ? member : null;
}

/** The archive's own place, for a file in it. */
export function archiveOf(
  documentId: DocumentId,
  member: string,
  { member: _, ...location }: SourceLocation,
): { readonly id: DocumentId; readonly location: SourceLocation } {
  return { id: documentId.slice(0, -membersPrefix(member).length) as DocumentId, location };
}
