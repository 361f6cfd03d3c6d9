import { AppError, type ErrorCode } from '@winnow/core';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { rootCauseMessage } from '../root-cause.ts';
import { retryAfterOf } from './retry-after.ts';

/**
 * Makes an AppError of what the client throws. A 429 for speed says how long to wait; one for an empty
 * account does not pass by itself, and is `failed_precondition`. What the endpoint wrote about a refused key
 * is left out, as it repeats the key.
 * @param what was asked for, such as `embeddings of text-embedding-3-small`.
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function fromOpenAi(error: unknown, what: string, signal: AbortSignal): AppError {
  if (signal.aborted) return AppError.from(signal.reason);
  if (error instanceof AppError) return error;
  if (error instanceof APIUserAbortError) return new AppError('canceled', `${what}: canceled`);
  if (error instanceof APIConnectionTimeoutError) {
    return new AppError('deadline_exceeded', `${what}: no answer in time`);
  }
  if (error instanceof APIConnectionError || !(error instanceof APIError) || error.status === undefined) {
    return new AppError(
      'unavailable',
      `${what}: the answer broke off or never came (${rootCauseMessage(error)})`,
      {
        cause: error,
      },
    );
  }
  return fromStatus(error, error.status, what);
}

function fromStatus(error: APIError, status: number, what: string): AppError {
  const context = { status, requestId: error.requestID ?? null };
  if (status === 401 || status === 403) {
    return new AppError('failed_precondition', `${what}: the endpoint refused the API key (${status})`, {
      context,
    });
  }
  const message = `${what}: ${error.message.slice(0, 300)}`;
  if (status === 429 && error.code !== 'insufficient_quota') {
    const retryAfterMs = retryAfterOf(error.headers, Date.now());
    return new AppError('resource_exhausted', message, {
      context,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }
  return new AppError(codes.get(status) ?? (status >= 500 ? 'unavailable' : 'invalid_argument'), message, {
    context,
  });
}

const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [404, 'not_found'],
  [402, 'failed_precondition'],
  [408, 'deadline_exceeded'],
  [409, 'unavailable'],
  [429, 'failed_precondition'],
  [504, 'deadline_exceeded'],
]);
