import { AppError } from '@winnow/core';
import { APIError } from 'openai';
import { quoteProvider } from '../http/quote-provider.ts';
import { readProblem } from '../http/read-problem.ts';
import { statusError } from '../http/status-error.ts';
import { fromOpenAi } from './openai-error.ts';

/**
 * Makes an AppError of what a chat throws: like {@link fromOpenAi}, and besides of errors that come as an event
 * in the middle of a stream, where the status is 200. Servers put the status they mean into `code`, as a number.
 * @param signal the call's own.
 * @param sent key and messages, which no message may repeat.
 */
export function chatFailure(
  error: unknown,
  what: string,
  signal: AbortSignal,
  sent: readonly string[],
): AppError {
  if (signal.aborted) return AppError.from(signal.reason);
  if (error instanceof AppError) {
    const { code, message, part } = error;
    return new AppError(code, `${what}: ${message}`, { ...(part !== null && { part }) });
  }
  if (!(error instanceof APIError) || error.status !== undefined || error.error === undefined) {
    return fromOpenAi(error, what, signal, sent);
  }
  const { message } = readProblem(error.error);
  const status = Number(error.code);
  if (status >= 400 && status <= 599) {
    return statusError(what, { status, headers: error.headers ?? null, message, sent });
  }
  const quoted = quoteProvider(message, sent) ?? 'the endpoint gave no reason';
  return new AppError('unavailable', `${what}: broken off by the endpoint: ${quoted}`);
}
