import { AppError } from '@winnow/core';

/** What is thrown where the full-text index does not read as SQLite writes it. */
export function damagedTerms(what: string): AppError {
  return new AppError(
    'failed_precondition',
    `the full-text index is damaged (${what}): move the index away and ingest again, or put a copy of it back`,
    { part: 'index' },
  );
}
