import { stat } from 'node:fs/promises';
import {
  AppError,
  type DocumentId,
  type FailureReason,
  maxDocumentBytes,
  type Sha256,
  type Source,
  type SourceItem,
  sha256,
} from '@winnow/core';
import { IdSet } from './id-set.ts';
import type { DocumentRecord, ParsedRecord, RecordFormat, RecordReader } from './record.ts';
import type { RecordBytes } from './split-lines.ts';
import { openUtf8File, type Utf8File } from './utf8-file.ts';

/** Longest document id there is. */
const maxIdLength = 1_024;
/** For the first bytes of a file; a network drive may hang. */
const openTimeoutMs = 60_000;

/**
 * The records of one file, a document each. A record without an id is named for its line (`line-7`), and so
 * is one that cannot be read or whose id was there before. Memory does not grow with the file.
 */
export function createRecordSource(path: string, format: RecordFormat): Source {
  let last: { readonly state: string; readonly opened: Promise<Opened> } | null = null;

  /** Opens the file once while it stays as it is: its encoding and header need not be found out per record. */
  async function openOnce(): Promise<Opened> {
    const state = await stateOf(path);
    if (last?.state === state) return last.opened;
    const opened = openRecords(path, format);
    last = { state, opened };
    opened.catch(() => {
      last = null;
    });
    return opened;
  }

  return {
    async *scan(signal) {
      const { file, reader } = await openOnce();
      const seen = new IdSet();
      let count = 0;
      for await (const raw of reader.split(file.chunks(signal), 'beginning')) {
        const item = itemOf(raw, reader, seen);
        if (item === null) continue;
        count += 1;
        yield item;
      }
      if (count === 0) throw new AppError('failed_precondition', `${path} holds no documents`);
    },

    async read(documentId, location, signal) {
      const { file, reader } = await openOnce();
      const bytes = await file.slice(Number(location.offset), Number(location.length), signal);
      for await (const raw of reader.split(only(bytes), 'record')) {
        const parsed = understand(raw, reader);
        if (parsed.kind !== 'record') break;
        const contentHash = hashOf(parsed.record);
        const { id, text, title, metadata } = parsed.record;
        if (id === null ? contentHash !== location.hash : id !== documentId) break;
        return {
          documentId,
          content: Buffer.from(text),
          mediaType: 'text/plain',
          title,
          metadata,
          contentHash,
        };
      }
      throw new AppError(
        'failed_precondition',
        `${path} has changed: ${documentId} is no longer where it was`,
      );
    },
  };
}

interface Opened {
  readonly file: Utf8File;
  readonly reader: RecordReader;
}

async function openRecords(path: string, format: RecordFormat): Promise<Opened> {
  const signal = AbortSignal.timeout(openTimeoutMs);
  const file = await openUtf8File(path, format.encoding, signal);
  return { file, reader: await format.open(file.chunks(signal)) };
}

async function stateOf(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    const error = AppError.from(cause);
    throw error.code === 'not_found'
      ? new AppError('not_found', `there is no file ${path}`, { cause })
      : error;
  });
  return `${ino} ${size} ${mtimeMs}`;
}

/** Null where there is nothing. */
function itemOf(raw: RecordBytes, reader: RecordReader, seen: IdSet): SourceItem | null {
  const lineId = `line-${raw.line}`;
  const parsed = understand(raw, reader);
  if (parsed.kind === 'empty') return null;
  if (parsed.kind !== 'record') return unreadable(lineId, parsed, seen);
  const { record } = parsed;
  const id = record.id ?? lineId;
  const hash = hashOf(record);
  const problem =
    id === '' || id.length > maxIdLength
      ? `its id has ${id.length} characters; 1 to ${maxIdLength} are allowed`
      : seen.add(id)
        ? null
        : `another record before it has the id ${id}`;
  if (problem !== null) return unreadable(lineId, { code: 'malformed', message: problem }, seen);
  return {
    kind: 'document',
    documentId: id as DocumentId,
    location: { offset: raw.offset, length: raw.length, line: raw.line, ...(record.id === null && { hash }) },
    contentHash: hash,
    bytes: Buffer.byteLength(record.text),
  };
}

type Understood =
  | Exclude<ParsedRecord, { kind: 'malformed' }>
  | (FailureReason & { readonly kind: 'failed' });

function understand(raw: RecordBytes, reader: RecordReader): Understood {
  if (raw.bytes === null) {
    const message = `the record has ${raw.length} bytes; the limit is ${maxDocumentBytes}`;
    return { kind: 'failed', code: 'too_large', message };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw.bytes);
  } catch {
    return { kind: 'failed', code: 'undecodable', message: 'the record is not UTF-8' };
  }
  const parsed = reader.parse(text);
  return parsed.kind === 'malformed'
    ? { kind: 'failed', code: 'malformed', message: parsed.message }
    : parsed;
}

function unreadable(lineId: string, { code, message }: FailureReason, seen: IdSet): SourceItem {
  let id = lineId;
  while (!seen.add(id)) id = `${id}'`;
  return {
    kind: 'unreadable',
    documentId: id as DocumentId,
    reason: { code, message: `${lineId}: ${message}` },
  };
}

/** Over what makes the document, so that a record written differently with the same content is the same. */
function hashOf({ title, text, metadata }: DocumentRecord): Sha256 {
  return sha256(JSON.stringify([title, text, metadata]));
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
