import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { AppError, type FailureReason, maxDocumentBytes, type Sha256, sha256 } from '@winnow/core';
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { troubleOf } from '../file-trouble.ts';
import type { RawPath } from '../folder/raw-path.ts';
import { type Bounds, openWithin } from '../open-within.ts';
import { encodingOf } from '../records/encoding.ts';
import { archiveProblem, maxArchiveMembers, memberProblem } from './archive-limits.ts';

/** Lists of archives that are remembered, by file and state; each has about a kilobyte a member. */
const maxRemembered = 4;

/** A file in an archive. */
export interface ArchiveMember {
  /** With `/`, in NFC. */
  readonly name: string;
  /** Unpacked. */
  readonly bytes: number;
  /** By what the archive's list says of the bytes: nothing is unpacked for it. */
  readonly contentHash: Sha256;
  /** Why it is not to be read; null where it may be. */
  readonly reason: FailureReason | null;
  readonly entry: Entry;
}

/** What a file turned out to be whose name says that it is an archive. */
export type ListedArchive =
  | {
      readonly kind: 'archive';
      /** What tells one content of the file from another without reading it. */
      readonly state: string;
      /** In the order of the archive; of two with one name the later one. */
      readonly members: ReadonlyMap<string, ArchiveMember>;
    }
  /** An Office document, or no archive at all. */
  | { readonly kind: 'other'; readonly isOffice: boolean }
  | { readonly kind: 'refused'; readonly reason: FailureReason };

/** Whether a name says that a file is an archive whose files are documents. */
export function isArchiveName(name: string): boolean {
  return /\.zip$/i.test(name);
}

const remembered = new Map<string, ListedArchive>();

/**
 * What is in an archive, by the list at its end; no file in it is read. An archive that stays as it is is listed once.
 * @throws errors of the file system; AppError `not_found` where there is no file.
 */
export async function listArchive(
  path: RawPath,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<ListedArchive> {
  return await withFile(path, bounds, async (file, state, size) => {
    const key = `${path} ${state}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const listed = await list(file, state, size, signal);
    const after = await stateOf(file);
    if (after.state !== state) return refused('unreadable', 'the archive changed while it was listed');
    remembered.set(key, listed);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= maxRemembered) break;
      remembered.delete(oldest);
    }
    return listed;
  });
}

/**
 * One file of an archive, unpacked.
 * @throws AppError `not_found` where it is not there, `failed_precondition` where it may not be or cannot be unpacked;
 * errors of the file system.
 */
export async function readMember(
  path: RawPath,
  bounds: Bounds,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly content: Uint8Array; readonly contentHash: Sha256 }> {
  const listed = await listArchive(path, bounds, signal);
  if (listed.kind === 'refused') throw new AppError('failed_precondition', listed.reason.message);
  const member = listed.kind === 'archive' ? listed.members.get(name) : undefined;
  if (member === undefined) throw new AppError('not_found', `${name} is no longer in its archive`);
  if (member.reason !== null) throw new AppError('failed_precondition', member.reason.message);
  const content = await withFile(path, bounds, async (file) => await unpack(file, member, signal));
  return { content, contentHash: member.contentHash };
}

async function withFile<Result>(
  path: RawPath,
  bounds: Bounds,
  use: (file: FileHandle, state: string, size: number) => Promise<Result>,
): Promise<Result> {
  const file = await openWithin(path, bounds);
  try {
    const { state, size, isFile } = await stateOf(file);
    if (!isFile) throw new AppError('not_found', 'there is no file any more, but something else');
    return await use(file, state, size);
  } finally {
    await file.close();
  }
}

async function stateOf(file: FileHandle) {
  const status = await file.stat({ bigint: true });
  const state = `${status.ino} ${status.size} ${status.mtimeNs}`;
  return { state, size: Number(status.size), isFile: status.isFile() };
}

async function list(
  file: FileHandle,
  state: string,
  size: number,
  signal: AbortSignal,
): Promise<ListedArchive> {
  if (!(await looksPacked(file))) return { kind: 'other', isOffice: false };
  try {
    const entries = await entriesOf(await openZip(file), signal);
    if (entries.some(({ fileNameRaw }) => officeFiles.has(fileNameRaw.toString('latin1')))) {
      return { kind: 'other', isOffice: true };
    }
    const files = entries.filter(({ fileNameRaw }) => !/[/\\]$/.test(fileNameRaw.toString('latin1')));
    const reason = archiveProblem(files, size);
    if (reason !== null) return { kind: 'refused', reason };
    return { kind: 'archive', state, members: membersOf(files) };
  } catch (error) {
    signal.throwIfAborted();
    if (troubleOf(error) !== null) throw error;
    return refused('truncated', 'the archive is cut off or damaged: its list of files cannot be read');
  }
}

function refused(code: FailureReason['code'], message: string): ListedArchive {
  return { kind: 'refused', reason: { code, message } };
}

async function looksPacked(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return bytesRead === 4 && (buffer.readUInt32LE() === 0x04034b50 || buffer.readUInt32LE() === 0x06054b50);
}

/** Of Office documents and e-books, which are archives of their own kind whatever they are called. */
const officeFiles: ReadonlySet<string> = new Set([
  'word/document.xml',
  'ppt/presentation.xml',
  'xl/workbook.xml',
  'META-INF/container.xml',
  'META-INF/manifest.xml',
]);

async function openZip(file: FileHandle): Promise<ZipFile> {
  return await fromFdPromise(file.fd, { autoClose: false, decodeStrings: false });
}

/** One more than there may be at the most. */
async function entriesOf(zip: ZipFile, signal: AbortSignal): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    entries.push(entry);
    if (entries.length > maxArchiveMembers) break;
  }
  return entries;
}

function membersOf(entries: readonly Entry[]): ReadonlyMap<string, ArchiveMember> {
  const nameOf = namer(entries);
  const members = new Map<string, ArchiveMember>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const contentHash = sha256(JSON.stringify(['zip', entry.crc32, entry.uncompressedSize]));
    const reason = memberProblem(name, entry);
    members.set(name, { name, bytes: entry.uncompressedSize, contentHash, reason, entry });
  }
  return members;
}

/** Names that say nothing of their encoding are in one for all of the archive: that of the machine it was made on. */
function namer(entries: readonly Entry[]): (entry: Entry) => string {
  const all = Buffer.concat(entries.map(({ fileNameRaw }) => fileNameRaw));
  const encoding = encodingOf(all, 'any');
  const decoder = new TextDecoder(encoding);
  return ({ generalPurposeBitFlag, fileNameRaw, extraFields }) => {
    const told = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
    const isTold = (generalPurposeBitFlag & 0x800) !== 0 || extraFields.some(({ id }) => id === 0x7075);
    const name = isTold || encoding === 'windows-1252' ? told : decoder.decode(fileNameRaw);
    return name
      .replaceAll('\\', '/')
      .replace(/^(?:\.?\/)+/, '')
      .normalize('NFC');
  };
}

async function unpack(
  file: FileHandle,
  { bytes, entry }: ArchiveMember,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    const stream = await (await openZip(file)).openReadStreamPromise(entry);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of stream) {
      signal.throwIfAborted();
      length += part.length;
      // The list may lie.
      if (length > Math.min(bytes, maxDocumentBytes)) throw new Error('it is larger than the archive says');
      parts.push(part);
    }
    const content = Buffer.concat(parts);
    if (content.length !== bytes || crc32(content) !== entry.crc32) throw new Error('its check sum is wrong');
    return content;
  } catch (error) {
    signal.throwIfAborted();
    if (troubleOf(error) !== null) throw error;
    const why = error instanceof Error ? error.message : 'it is damaged';
    throw new AppError('failed_precondition', `it cannot be unpacked: ${why}`, { cause: error });
  }
}
