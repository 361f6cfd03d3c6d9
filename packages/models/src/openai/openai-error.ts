import type { AppError } from '@winnow/core';
import { APIConnectionTimeoutError, APIError } from 'openai';
import { connectionError } from '../http/connection-error.ts';
import { readProblem } from '../http/read-problem.ts';
import { statusError } from '../http/status-error.ts';

/**
 * Makes an AppError of what the client throws, by the table of {@link statusError}. A 429 for an empty account
 * does not pass by waiting, and is `failed_precondition`.
 * @param what was asked for, such as `embeddings of text-embedding-3-small`.
 * @param sent key and texts, which no message may repeat.
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function fromOpenAi(
  error: unknown,
  what: string,
  signal: AbortSignal,
  sent: readonly string[] = [],
): AppError {
  if (!(error instanceof APIError) || error.status === undefined || signal.aborted) {
    return connectionError(what, timedOut(error), signal);
  }
  const { status, headers, code } = error;
  return statusError(what, {
    status,
    headers,
    message: readProblem(error.error ?? withoutStatus(error)).message,
    code: code === 'insufficient_quota' ? 'failed_precondition' : null,
    sent,
  });
}

/** The client has a class of its own for a timeout. */
function timedOut(error: unknown): unknown {
  return error instanceof APIConnectionTimeoutError
    ? new DOMException('no answer in time', 'TimeoutError')
    : error;
}

/** A body that is not in the form of the API stands in the client's own message, behind the status. */
function withoutStatus({ status, message }: APIError): string {
  const body = message.replace(`${status} `, '');
  return body === 'status code (no body)' ? '' : body;
}
