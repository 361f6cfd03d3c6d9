import {
  AppError,
  assertNever,
  type DocumentId,
  type FailureReason,
  nextTurn,
  type ScanCursor,
  type ScanEvent,
  type SourceItem,
} from '@winnow/core';
import { watchedChunks, watchFile } from './file-watch.ts';
import { NotWhole } from './not-whole.ts';
import type { OpenRecords } from './open-records.ts';
import type { DocumentRecord } from './record.ts';
import { beginningOf, cursorOf, isMarked, placeBehind, placeOfCursor, type ScanPlace } from './scan-place.ts';
import type { RecordBytes } from './split-lines.ts';
import { hashOf, type Understood, understand } from './understand.ts';

/** Empty records in a row until other work of the process gets its turn. */
const emptyPerTurn = 1_000;
/** Longest document id there is. */
const maxIdLength = 1_024;

/**
 * Lists the records of a file. One that changes meanwhile, or did since the cursor was given, is not covered; if
 * more was done to it than to append, the scan stops, since what it would list may have been listed before.
 */
export async function* scanRecords(
  records: OpenRecords,
  { after, signal }: { readonly after: ScanCursor | null; readonly signal: AbortSignal },
): AsyncGenerator<ScanEvent> {
  signal.throwIfAborted();
  const start = after === null ? beginningOf(records.state) : placeOfCursor(after);
  let count = 0;
  try {
    if (start === null) throw new NotWhole('changed');
    for await (const event of eventsFrom(start, records, signal)) {
      count += 1;
      yield event;
    }
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error;
    yield uncovered(error);
    return;
  }
  if (count > 0 || after !== null) return;
  throw new AppError('failed_precondition', `${records.path} holds no documents`, { part: 'source' });
}

/** @throws NotWhole where nothing that comes behind can be listed. */
async function* eventsFrom(
  start: ScanPlace,
  { path, file, reader }: OpenRecords,
  signal: AbortSignal,
): AsyncGenerator<ScanEvent> {
  let place = start;
  const watch = watchFile(
    path,
    start.state,
    async () => file.isPlain && (place.next.offset === 0 || (await isMarked(file, place, signal))),
  );
  await watch.look();
  const chunks = watchedChunks(file.chunks(start.next.offset, signal), watch);
  let isSaid = false;
  let empty = 0;
  for await (const raw of reader.split(chunks, start.next)) {
    if (watch.hasGrown && !isSaid) {
      yield uncovered(new NotWhole('changed'));
      isSaid = true;
    }
    const understood = understand(raw, reader);
    if (understood.kind === 'empty') {
      place = { ...place, next: raw.behind };
      empty += 1;
      // Millions of them must not keep the process from everything else.
      if (empty % emptyPerTurn === 0) await nextTurn();
    } else {
      place = placeBehind(start.state, raw);
      yield eventOf(raw, understood, cursorOf(place));
    }
  }
  await watch.look();
  if (watch.hasGrown && !isSaid) yield uncovered(new NotWhole('changed'));
}

function uncovered({ message }: NotWhole): ScanEvent {
  return { kind: 'uncovered', prefix: '', reason: message };
}

function eventOf(
  raw: RecordBytes,
  understood: Exclude<Understood, { kind: 'empty' }>,
  cursor: ScanCursor,
): ScanEvent {
  switch (understood.kind) {
    case 'cut':
      return uncovered(new NotWhole('cut'));
    case 'failed':
      return unreadable(raw, understood.reason, cursor);
    case 'record': {
      const { id } = understood.record;
      if (id === null || (id !== '' && id.length <= maxIdLength)) {
        return documentOf(raw, understood.record, cursor);
      }
      const message = `its id has ${id.length} characters; 1 to ${maxIdLength} are allowed`;
      return unreadable(raw, { code: 'malformed', message }, cursor);
    }
    default:
      return assertNever(understood);
  }
}

function documentOf(raw: RecordBytes, record: DocumentRecord, cursor: ScanCursor): SourceItem {
  const { offset, length, line } = raw;
  const lineId = `line-${line}`;
  const id = record.id ?? lineId;
  const contentHash = hashOf(record);
  return {
    kind: 'document',
    documentId: id as DocumentId,
    otherwise: id === lineId ? besides(lineId) : (lineId as DocumentId),
    location: { offset, length, line, ...(record.id === null && { hash: contentHash }) },
    contentHash,
    bytes: Buffer.byteLength(record.text),
    cursor,
  };
}

function unreadable({ line }: RecordBytes, { code, message }: FailureReason, cursor: ScanCursor): SourceItem {
  const lineId = `line-${line}`;
  return {
    kind: 'unreadable',
    documentId: lineId as DocumentId,
    otherwise: besides(lineId),
    reason: { code, message: `${lineId}: ${message}` },
    cursor,
  };
}

/** A record may have an id that looks like the name of another record's line. */
function besides(lineId: string): DocumentId {
  return `${lineId}'` as DocumentId;
}
