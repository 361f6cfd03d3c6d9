import { AppError } from '@winnow/core';
import { rootCauseMessage } from '../root-cause.ts';

/**
 * Makes an AppError of what `fetch`, or a client over it, throws where no status came or the body broke off.
 * @param what was asked for: `embeddings of text-embedding-3-small`.
 * @param signal the caller's own: its reason goes before anything else.
 */
export function connectionError(what: string, error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return AppError.from(signal.reason);
  if (error instanceof AppError) return error;
  if (hasName(error, 'TimeoutError')) return new AppError('deadline_exceeded', `${what}: no answer in time`);
  // The parser's message quotes the body, in which the provider may repeat our texts.
  if (hasName(error, 'SyntaxError')) return brokenAnswer(what, 'is not JSON');
  const problem = `the answer broke off or never came (${rootCauseMessage(error)})`;
  return new AppError('unavailable', `${what}: ${problem}`, { cause: error });
}

/** An answer that came and is no good; the next may be better. */
export function brokenAnswer(what: string, problem: string): AppError {
  return new AppError('unavailable', `${what}: the endpoint's answer ${problem}`);
}

const maxCauses = 5;

/** Whether the error or one of its causes has that name. */
function hasName(error: unknown, name: string): boolean {
  let inner = error;
  for (let depth = 0; depth < maxCauses && inner instanceof Error; depth++) {
    if (inner.name === name) return true;
    inner = inner.cause;
  }
  // What a signal is aborted with is a DOMException, as a rule an Error, but anything may be thrown.
  return false;
}
