import { crc32 } from 'node:zlib';
import { AppError, type FailureReason, maxDocumentBytes, type Sha256, sha256 } from '@winnow/core';
import { type Entry, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { troubleOf } from '../file-trouble.ts';
import { encodingOf } from '../records/encoding.ts';
import { archiveProblem, maxArchiveMembers, memberProblem } from './archive-limits.ts';

/** Files in archives whose lists are remembered; each takes about a kilobyte. */
const maxRememberedMembers = 4 * maxArchiveMembers;

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

/** A file that may be an archive, to be read at any place. */
export interface PackedFile {
  /** Like that of no other file: what is in it is remembered by it. */
  readonly name: string;
  /** What tells one content of the file from another without reading it. */
  readonly state: string;
  readonly bytes: number;
  /** Its first bytes, four at the most. */
  beginning(): Promise<Buffer>;
  /** To be listed. */
  open(): Promise<ZipFile>;
  /** For one file of it that was listed before. */
  openFor(entry: Entry): Promise<ZipFile>;
  /** Whether it still is what its state says. */
  isSame(): Promise<boolean>;
}

const remembered = new Map<string, ListedArchive>();
let rememberedSize = 0;

/**
 * What is in an archive, by the list at its end; no file in it is read. An archive that stays as it is is listed once.
 * @throws what reading the file throws.
 */
export async function listArchive(file: PackedFile, signal: AbortSignal): Promise<ListedArchive> {
  const key = `${file.name} ${file.state}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const listed = await list(file, signal);
  if (!(await file.isSame())) return refused('unreadable', 'the archive changed while it was listed');
  remember(key, listed);
  return listed;
}

function remember(key: string, listed: ListedArchive): void {
  if (remembered.has(key)) return;
  remembered.set(key, listed);
  rememberedSize += sizeOf(listed);
  for (const [oldest, each] of remembered) {
    if (rememberedSize <= maxRememberedMembers) break;
    rememberedSize -= sizeOf(each);
    remembered.delete(oldest);
  }
}

/** What is no archive takes room too. */
function sizeOf(listed: ListedArchive): number {
  return 1 + (listed.kind === 'archive' ? listed.members.size : 0);
}

/**
 * One file of an archive, unpacked.
 * @throws AppError `not_found` where it is not there, `failed_precondition` where it may not be or cannot be unpacked;
 * what reading the archive throws.
 */
export async function readMember(
  file: PackedFile,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly content: Uint8Array; readonly contentHash: Sha256 }> {
  const listed = await listArchive(file, signal);
  if (listed.kind === 'refused') throw new AppError('failed_precondition', listed.reason.message);
  const member = listed.kind === 'archive' ? listed.members.get(name) : undefined;
  if (member === undefined) throw new AppError('not_found', `${name} is no longer in its archive`);
  if (member.reason !== null) throw new AppError('failed_precondition', member.reason.message);
  return { content: await unpack(file, member, signal), contentHash: member.contentHash };
}

async function list(file: PackedFile, signal: AbortSignal): Promise<ListedArchive> {
  if (!looksPacked(await file.beginning())) return { kind: 'other', isOffice: false };
  try {
    const entries = await entriesOf(await file.open(), signal);
    if (entries.some(({ fileNameRaw }) => officeFiles.has(fileNameRaw.toString('latin1')))) {
      return { kind: 'other', isOffice: true };
    }
    const files = entries.filter(({ fileNameRaw }) => !/[/\\]$/.test(fileNameRaw.toString('latin1')));
    const reason = archiveProblem(files, file.bytes);
    if (reason !== null) return { kind: 'refused', reason };
    return { kind: 'archive', state: file.state, members: membersOf(files) };
  } catch (error) {
    signal.throwIfAborted();
    if (isOfReading(error)) throw error;
    return refused('truncated', 'the archive is cut off or damaged: its list of files cannot be read');
  }
}

function refused(code: FailureReason['code'], message: string): ListedArchive {
  return { kind: 'refused', reason: { code, message } };
}

function looksPacked(beginning: Buffer): boolean {
  if (beginning.length < 4) return false;
  const signature = beginning.readUInt32LE();
  return signature === 0x04034b50 || signature === 0x06054b50;
}

/** Whether an error says something of the place that the archive is in, and not of the archive. */
function isOfReading(error: unknown): boolean {
  return troubleOf(error) !== null || error instanceof AppError;
}

/** Of Office documents and e-books, which are archives of their own kind whatever they are called. */
const officeFiles: ReadonlySet<string> = new Set([
  'word/document.xml',
  'ppt/presentation.xml',
  'xl/workbook.xml',
  'META-INF/container.xml',
  'META-INF/manifest.xml',
]);

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
  file: PackedFile,
  { bytes, entry }: ArchiveMember,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    const stream = await (await file.openFor(entry)).openReadStreamPromise(entry);
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
    if (isOfReading(error)) throw error;
    const why = error instanceof Error ? error.message : 'it is damaged';
    throw new AppError('failed_precondition', `it cannot be unpacked: ${why}`, { cause: error });
  }
}
