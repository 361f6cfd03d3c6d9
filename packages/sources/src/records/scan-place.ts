import { parseJson, type ScanCursor, shortHash } from '@winnow/core';
import type { FileState } from './file-state.ts';
import type { Position, RecordBytes } from './split-lines.ts';
import type { Utf8File } from './utf8-file.ts';

/** A place between two records of a file, and how to know it again. */
export interface ScanPlace {
  /** Of the file when the scan began. */
  readonly state: FileState;
  /** Where the next record begins. */
  readonly next: Position;
  /** The end of the record before; null at the beginning, and behind a record that was too long to be kept. */
  readonly mark: { readonly offset: number; readonly length: number; readonly hash: string } | null;
}

/** Hashing all of each record would cost as much as reading it. */
const maxMarkBytes = 1_024;
const lineFeed = 0x0a;

export function beginningOf(state: FileState): ScanPlace {
  return { state, next: { offset: 0, line: 1 }, mark: null };
}

export function placeBehind(state: FileState, { offset, length, bytes, behind }: RecordBytes): ScanPlace {
  if (bytes === null) return { state, next: behind, mark: null };
  // Its last line only: line breaks before it may be spelled otherwise in the file.
  const lastLine = bytes.subarray(bytes.lastIndexOf(lineFeed) + 1).subarray(-maxMarkBytes);
  const mark = { offset: offset + length - lastLine.length, length: lastLine.length, hash: hashOf(lastLine) };
  return { state, next: behind, mark };
}

/** Whether the record before a place is still there, so that nothing before the place can have moved. */
export async function isMarked(file: Utf8File, { mark }: ScanPlace, signal: AbortSignal): Promise<boolean> {
  if (mark === null) return false;
  return hashOf(await file.slice(mark.offset, mark.length, signal)) === mark.hash;
}

export function cursorOf({ state, next, mark }: ScanPlace): ScanCursor {
  const { offset, line } = next;
  return JSON.stringify([state, offset, line, mark && [mark.offset, mark.length, mark.hash]]);
}

/** @returns null for a cursor that is of no file of records. */
export function placeOfCursor(cursor: ScanCursor): ScanPlace | null {
  const place = parseJson(cursor);
  if (!Array.isArray(place)) return null;
  const [state, offset, line, mark] = place;
  if (typeof state !== 'string' || !Number.isSafeInteger(offset) || !Number.isSafeInteger(line)) return null;
  const next = { offset, line };
  return { state, next, mark: mark && { offset: mark[0], length: mark[1], hash: mark[2] } };
}

function hashOf(bytes: Uint8Array): string {
  return shortHash(Buffer.from(bytes).toString('latin1'));
}
