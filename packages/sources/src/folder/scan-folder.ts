import {
  AppError,
  type DocumentId,
  type FailureReason,
  maxDocumentBytes,
  type ScanCursor,
  type ScanEvent,
  type SourceItem,
  type SourceSettings,
  shortHash,
} from '@winnow/core';
import { isArchiveName } from '../archive/archive.ts';
import {
  type ArchivePlace,
  archiveEvents,
  memberFilter,
  membersUncovered,
  otherThanArchive,
  type WithinArchive,
} from '../archive/scan-archive.ts';
import { hashFile } from './file-bytes.ts';
import { lookAgain } from './look-again.ts';
import { listArchiveAt } from './packed-file.ts';
import type { PathFilter } from './path-filter.ts';
import { cursorOf, locationOf, pathOfCursor } from './raw-path.ts';
import type { RootFolder } from './root-folder.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

type FolderSettings = Extract<SourceSettings, { kind: 'folder' }>;

/** Longest document id there is. */
const maxIdLength = 1_024;
/** Longest location, in bytes of JSON. */
const maxLocationBytes = 4_096;

/** Lists the files of a folder, and what could not be looked into; see `Source.scan`. */
export async function* scanFolder(
  root: RootFolder,
  settings: FolderSettings,
  filter: PathFilter,
  { after, signal }: { readonly after: ScanCursor | null; readonly signal: AbortSignal },
): AsyncGenerator<ScanEvent> {
  const start = after === null ? null : pathOfCursor(after);
  const within = after === null ? null : withinOfCursor(after);
  const takes = memberFilter(settings);
  let count = 0;
  let lost: string | null = null;
  for await (const found of walkFolder(root, filter, start, signal, within !== null)) {
    const id = found.kind === 'uncovered' ? found.prefix : found.id;
    // A folder that turned out to be lost while its files were read: each of them has the same trouble.
    if (lost !== null && id.startsWith(lost)) continue;
    const isStart = found.kind === 'file' && found.path === start;
    const events =
      found.kind === 'uncovered' ? [found] : eventsOf(root, found, takes, isStart ? within : null, signal);
    for await (const event of events) {
      if (event.kind === 'uncovered' && event.prefix.endsWith('/')) lost = event.prefix;
      count += 1;
      yield event;
    }
  }
  await root.confirm();
  if (count > 0 || start !== null) return;
  const message = `${root.name} holds no documents that match ${settings.include.join(', ')}`;
  throw new AppError('failed_precondition', message, { part: 'source' });
}

/** A file, or the files in an archive. */
async function* eventsOf(
  root: RootFolder,
  file: FoundFile,
  takes: (id: string) => boolean,
  within: WithinArchive | null,
  signal: AbortSignal,
): AsyncGenerator<ScanEvent> {
  if (file.reason === null && isArchiveName(file.id)) {
    const listed = await listedOf(root, file, signal);
    if (listed === null) return;
    if (listed.kind === 'archive' || listed.kind === 'refused') {
      yield* archiveEvents(placeOf(file), listed, takes, within);
      return;
    }
    if (listed.kind === 'other') yield* otherThanArchive(file.id, listed);
    else yield membersUncovered(file.id, listed.kind === 'uncovered' ? listed.reason : listed.reason.message);
  }
  const event = await eventOf(root, file, signal);
  if (event !== null) yield event;
}

function placeOf({ id, path }: FoundFile): ArchivePlace {
  const location = locationOf(path);
  const cursorWithin = (within: WithinArchive): ScanCursor => JSON.stringify({ ...location, within });
  return { id, location, cursor: cursorOf(path), cursorWithin };
}

/** @returns null for a cursor that stands behind a file or an archive. */
function withinOfCursor(cursor: ScanCursor): WithinArchive | null {
  try {
    return JSON.parse(cursor).within ?? null;
  } catch {
    return null;
  }
}

/** Null for an archive that was deleted meanwhile. */
async function listedOf(root: RootFolder, file: FoundFile, signal: AbortSignal) {
  try {
    return await listArchiveAt(file.target, [root.path], signal);
  } catch (error) {
    signal.throwIfAborted();
    return await lookAgain(root, file, error);
  }
}

/** Null for a file that was deleted meanwhile. */
async function eventOf(root: RootFolder, file: FoundFile, signal: AbortSignal): Promise<ScanEvent | null> {
  if (file.reason !== null) return unreadable(file, file.reason);
  const location = locationOf(file.path);
  if (file.id.length > maxIdLength || Buffer.byteLength(JSON.stringify(location)) > maxLocationBytes) {
    const message = `its path is longer than ${maxIdLength} characters`;
    return unreadable(file, { code: 'unreadable', message });
  }
  try {
    const { bytes, hash } = await hashFile(file.target, signal, [root.path]);
    if (hash === null) {
      const message = `it has ${bytes} bytes; the limit is ${maxDocumentBytes}`;
      return unreadable(file, { code: 'too_large', message });
    }
    const documentId = file.id as DocumentId;
    return { kind: 'document', documentId, location, contentHash: hash, bytes, cursor: cursorOf(file.path) };
  } catch (error) {
    signal.throwIfAborted();
    const found = await lookAgain(root, file, error);
    return found?.kind === 'unreadable' ? unreadable(file, found.reason) : found;
  }
}

function unreadable({ id, path }: FoundFile, reason: FailureReason): SourceItem {
  return { kind: 'unreadable', documentId: shortened(id), reason, cursor: cursorOf(path) };
}

/** Two long ids that begin alike stay two. */
function shortened(id: string): DocumentId {
  if (id.length <= maxIdLength) return id as DocumentId;
  const beginning = id.slice(0, maxIdLength - 24).replace(/[\ud800-\udbff]$/, '');
  return `${beginning}…${shortHash(id)}` as DocumentId;
}
