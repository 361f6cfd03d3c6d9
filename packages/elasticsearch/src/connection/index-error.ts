import { AppError, type ErrorCode, type ErrorDetails } from '@winnow/core';

/** An error that comes from the index: what is not the caller's own is made by this function only. */
export function indexError(
  code: ErrorCode,
  message: string,
  details: Omit<ErrorDetails, 'part'> = {},
): AppError {
  return new AppError(code, message, { ...details, part: 'index' });
}
