import {
  AppError,
  assertNever,
  type DocumentId,
  type FailureReason,
  type ScanCursor,
  type ScanEvent,
  type SourceItem,
} from '@winnow/core';
import { mayHaveGrown, stateOf } from './file-state.ts';
import { changed, cutOff, NotWhole } from './not-whole.ts';
import type { OpenRecords } from './open-records.ts';
import type { DocumentRecord } from './record.ts';
import { beginningOf, cursorOf, isMarked, placeBehind, placeOfCursor, type ScanPlace } from './scan-place.ts';
import type { RecordBytes } from './split-lines.ts';
import { unchangedChunks } from './unchanged-chunks.ts';
import { hashOf, type Understood, understand } from './understand.ts';

/** Longest document id there is. */
const maxIdLength = 1_024;

/**
 * Lists the records of a file. One that changes meanwhile, or did since the cursor was given, is not covered; if
 * more was done to it than to append, the scan stops, since what it would list may have been listed before.
 */
export async function* scanRecords(
  { path, state, file, reader }: OpenRecords,
  { after, signal }: { readonly after: ScanCursor | null; readonly signal: AbortSignal },
): AsyncGenerator<ScanEvent> {
  signal.throwIfAborted();
  let place: ScanPlace | null = after === null ? beginningOf(state) : placeOfCursor(after);
  const first = place?.state ?? null;
  const isGrown = async (): Promise<boolean> => {
    if (place === null || !file.isPlain) return false;
    return place.next.offset === 0 || (await isMarked(file, place, signal));
  };
  let isWhole = first === state;
  if (!isWhole) yield uncovered(changed);
  if (place === null || first === null) return;
  if (!isWhole && !(mayHaveGrown(first, state) && (await isGrown()))) return;

  let count = 0;
  let hasGrown = false;
  const onGrown = (): void => {
    hasGrown = true;
  };
  const chunks = file.chunks(place.next.offset, signal);
  try {
    const unchanged = unchangedChunks(path, chunks, { state, isGrown, onGrown });
    for await (const raw of reader.split(unchanged, place.next)) {
      if (hasGrown && isWhole) {
        isWhole = false;
        yield uncovered(changed);
      }
      const understood = understand(raw, reader);
      if (understood.kind === 'empty') {
        place = { ...place, next: raw.behind };
        continue;
      }
      place = placeBehind(first, raw);
      count += 1;
      yield eventOf(raw, understood, cursorOf(place));
    }
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error;
    yield uncovered(error.message);
    return;
  }
  if (isWhole && (await stateOf(path)) !== state) yield uncovered(changed);
  else if (count === 0 && after === null) {
    throw new AppError('failed_precondition', `${path} holds no documents`, { part: 'source' });
  }
}

function uncovered(reason: string): ScanEvent {
  return { kind: 'uncovered', prefix: '', reason };
}

function eventOf(
  raw: RecordBytes,
  understood: Exclude<Understood, { kind: 'empty' }>,
  cursor: ScanCursor,
): ScanEvent {
  switch (understood.kind) {
    case 'cut':
      return uncovered(cutOff);
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
    otherwise: (id === lineId ? `${lineId}'` : lineId) as DocumentId,
    location: { offset, length, line, ...(record.id === null && { hash: contentHash }) },
    contentHash,
    bytes: Buffer.byteLength(record.text),
    cursor,
  };
}

function unreadable({ line }: RecordBytes, { code, message }: FailureReason, cursor: ScanCursor): SourceItem {
  const documentId = `line-${line}` as DocumentId;
  return { kind: 'unreadable', documentId, reason: { code, message: `line-${line}: ${message}` }, cursor };
}
