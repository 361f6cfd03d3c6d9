import { AppError } from '@winnow/core';

/**
 * The error of reading or parsing a document, if it is the document's own.
 * @throws AppError the error itself, if it is not: trouble of the source or of what parsing needs, or an abort.
 */
export function ownFailure(thrown: unknown, signal: AbortSignal): AppError {
  signal.throwIfAborted();
  const error = AppError.from(thrown);
  if (error.part === 'model' || error.part === 'index') throw error;
  if (error.retryable) throw error.attributedTo('source');
  if (error.code === 'canceled') throw error;
  return error;
}
