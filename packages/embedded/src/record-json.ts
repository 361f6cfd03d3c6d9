import { AppError, type Corpus, corpusOfRecord, type Run, runOfRecord } from '@winnow/core';

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

function parsed(body: string, kind: string): unknown {
  try {
    return JSON.parse(body);
  } catch (thrown) {
    throw new AppError('failed_precondition', `a ${kind} record is damaged: it is no JSON`, {
      cause: thrown,
    });
  }
}
