import { AppError, type Logger } from '@winnow/core';
import { pino } from 'pino';
import { sharedLogFields } from './log-fields.ts';

/** Log lines that nobody has read yet, in bytes; those beyond are left out. */
const maxUnreadBytes = 8 * 1024 * 1024;
/** Times that an ending process offers them, a tenth of a second each. */
const lastOffers = 5;

/**
 * JSON lines on standard error, so that standard output stays what a command prints.
 * Keys that may hold a secret or a document's text are censored wherever they turn up.
 */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent', service: string): Logger {
  const logger = pino(
    {
      level,
      base: { service },
      mixin: sharedLogFields,
      serializers: { error: describeError },
      redact: {
        paths: [
          'apiKey',
          'password',
          'authorization',
          'text',
          'query',
          '*.apiKey',
          '*.password',
          '*.authorization',
        ],
        censor: '(left out)',
      },
    },
    standardError(),
  );
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error'): Logger['info'] =>
    (fields) =>
      logger[name](fields);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * Written to without waiting: a reader that is slow, or reads no more, does not stop the service. What it has not taken
 * is kept, up to a bound, and offered for half a second at the end. Only a pipe that blocks who writes to it, as a shell
 * makes them, holds up the end for longer.
 */
function standardError() {
  let offers = Number.POSITIVE_INFINITY;
  // Before the destination's own handler, which offers what is left.
  process.once('exit', () => {
    offers = lastOffers;
  });
  const retryEAGAIN = () => {
    offers -= 1;
    return offers >= 0;
  };
  const destination = pino.destination({ fd: 2, sync: false, maxLength: maxUnreadBytes, retryEAGAIN });
  const flushSync = destination.flushSync.bind(destination);
  destination.flushSync = () => {
    try {
      flushSync();
    } catch {
      // Nobody reads: there is nowhere to say it.
    }
  };
  return destination;
}

/** Code and message, and where a bug came from; never what an error carries besides. */
export function describeError(error: unknown): unknown {
  const known = AppError.from(error);
  return {
    code: known.code,
    message: known.message,
    ...(known.code === 'internal' && { stack: originOf(known).stack }),
  };
}

/** Causes that are followed: a chain may be a ring. */
const maxCauses = 16;

/** What was thrown first; whoever caught it may have said what it was doing, which tells nothing about the place. */
function originOf(error: Error): Error {
  let origin = error;
  for (let depth = 0; depth < maxCauses && origin.cause instanceof Error; depth += 1) origin = origin.cause;
  return origin;
}
