import { AppError } from '@winnow/core';
import { type FileState, stateOf } from './file-state.ts';
import { NotWhole } from './not-whole.ts';
import type { RecordFormat, RecordReader } from './record.ts';
import { type FileToRead, openUtf8File, type Utf8File } from './utf8-file.ts';

/** For the first bytes of a file; a network drive may hang. */
const openTimeoutMs = 60_000;

/** A file of records in one of its states. */
export interface OpenRecords {
  readonly path: string;
  readonly state: FileState;
  readonly file: Utf8File;
  readonly reader: RecordReader;
}

/**
 * Opens a file once while it stays as it is: its encoding and header need not be found out for each record. Those who
 * ask side by side share a look at it.
 */
export function recordOpener(given: FileToRead, format: RecordFormat): () => Promise<OpenRecords> {
  let last: { readonly state: FileState; readonly opened: Promise<OpenRecords> } | null = null;
  let looking: Promise<FileState> | null = null;
  const look = (): Promise<FileState> => {
    looking ??= stateOf(given.path).finally(() => {
      looking = null;
    });
    return looking;
  };
  return async () => {
    const state = await look();
    if (last?.state === state) return await last.opened;
    const opened = openRecords(given, state, format);
    const mine = { state, opened };
    last = mine;
    opened.catch(() => {
      if (last === mine) last = null;
    });
    return await opened;
  };
}

async function openRecords(given: FileToRead, state: FileState, format: RecordFormat): Promise<OpenRecords> {
  const { path } = given;
  const signal = AbortSignal.timeout(openTimeoutMs);
  try {
    const file = await openUtf8File(given, state, format.encoding, signal);
    return { path, state, file, reader: await format.open(file.beginning(signal)) };
  } catch (cause) {
    const details = { cause, part: 'source' } as const;
    if (signal.aborted) {
      throw new AppError('unavailable', `file ${path} does not answer within ${openTimeoutMs} ms`, details);
    }
    if (cause instanceof NotWhole)
      throw new AppError('failed_precondition', `${path}: ${cause.message}`, details);
    throw cause;
  }
}
