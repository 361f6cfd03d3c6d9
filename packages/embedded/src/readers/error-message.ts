import { AppError } from '@winnow/core';
import type { ErrorMessage } from './protocol.ts';

export function messageOf(thrown: unknown): ErrorMessage {
  const { code, message, context, retryAfterMs, part, stack } = AppError.from(thrown);
  return {
    code,
    message,
    context,
    stack: stack ?? '',
    ...(retryAfterMs !== null && { retryAfterMs }),
    ...(part !== null && { part }),
  };
}

export function errorOf({ code, message, stack, ...details }: ErrorMessage): AppError {
  const error = new AppError(code, message, details);
  error.stack = stack;
  return error;
}
