import {
  AppError,
  type Corpus,
  corpusOfRecord,
  parseJson,
  type Run,
  runOfRecord,
  type Schedule,
  scheduleOfRecord,
} from '@winnow/core';

/** A row whose record is kept as JSON. */
export interface RecordRow {
  readonly body: string;
}

/** @throws AppError `failed_precondition` for a record that is damaged. */
export function corpusOfRow({ body }: RecordRow): Corpus {
  return corpusOfRecord(parsed(body, 'corpus'));
}

/** @throws AppError `failed_precondition` for a record that is damaged. */
export function runOfRow({ body }: RecordRow): Run {
  return runOfRecord(parsed(body, 'run'));
}

/** @throws AppError `failed_precondition` for a record that is damaged. */
export function scheduleOfRow({ body }: RecordRow): Schedule {
  return scheduleOfRecord(parsed(body, 'schedule'));
}

/**
 * A record that has no version: it is never changed, and a later version only adds fields to it.
 * @param kind for the error message, as `query`.
 * @throws AppError `failed_precondition` for a record that is damaged.
 */
export function unversionedOfRow<Kept>({ body }: RecordRow, kind: string): Kept {
  return parsed(body, kind) as Kept;
}

function parsed(body: string, kind: string): unknown {
  const record = parseJson(body);
  if (record !== undefined) return record;
  throw new AppError('failed_precondition', `a ${kind} record is damaged: it is no JSON`);
}
