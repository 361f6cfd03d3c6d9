import type { AppError } from '@winnow/core';
import { CohereError } from 'cohere-ai';
import { connectionError } from '../http/connection-error.ts';
import { readProblem } from '../http/read-problem.ts';
import { statusError } from '../http/status-error.ts';

/** What was asked, for the message. */
export interface CohereRequest {
  readonly what: string;
  /** The key and the texts: no message repeats them. */
  readonly sent: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Makes an AppError of what the client throws. A trial key that has used up its month gets a 429 that does not
 * pass by waiting, and is `failed_precondition`.
 * @see https://docs.cohere.com/reference/errors
 */
export function fromCohere(error: unknown, { what, sent, signal }: CohereRequest): AppError {
  // The client's error holds the whole body: nothing of it but these fields goes on.
  if (!(error instanceof CohereError) || error.statusCode === undefined) {
    return connectionError(what, error, signal);
  }
  const { statusCode: status, rawResponse, body } = error;
  const { message } = readProblem(body);
  const code = status === 429 && monthUsedUp.test(message ?? '') ? 'failed_precondition' : null;
  return statusError(what, { status, headers: rawResponse?.headers ?? null, message, code, sent });
}

/** `You are using a Trial key, which is limited to 1000 API calls / month. …` */
const monthUsedUp = /API calls \/ month/i;
