/**
 * The closed set of causes. The code alone decides whether a caller tries again, what HTTP status it
 * becomes and what a job runner does with it.
 */
export const errorCodes = [
  'invalid_argument',
  'not_found',
  'failed_precondition',
  'resource_exhausted',
  'unavailable',
  'deadline_exceeded',
  'canceled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The outside thing that an error came from: what a run waits for depends on it. */
export const errorParts = ['source', 'index', 'model', 'queue'] as const;
export type ErrorPart = (typeof errorParts)[number];

export interface ErrorDetails {
  /** Ids and numbers that help to find the cause; never document text or secrets. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
  /** How long the other side asked us to wait; only with `resource_exhausted`. */
  readonly retryAfterMs?: number;
  readonly part?: ErrorPart;
}

/**
 * The one error type that crosses a package border. The message is one sentence for the person who
 * reads it: what was wrong, the limit and the actual value, and what to do next.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  readonly retryAfterMs: number | null;
  readonly part: ErrorPart | null;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.context = details.context ?? {};
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.part = details.part ?? null;
  }

  /** The same error, known to come from there; one whose origin is known already stays as it is. */
  attributedTo(part: ErrorPart): AppError {
    if (this.part !== null) return this;
    const { code, message, context, cause, retryAfterMs } = this;
    const attributed = new AppError(code, message, {
      context,
      cause: cause ?? this,
      part,
      ...(retryAfterMs !== null && { retryAfterMs }),
    });
    return thrownWhere(this, attributed);
  }

  /** True where the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return isRetryable(this.code);
  }

  /**
   * Makes an AppError of anything thrown. An AppError stays itself; an aborted signal is `canceled`, a
   * timed-out one `deadline_exceeded`; well-known system error numbers become their code (ENOSPC is
   * `resource_exhausted`, a refused or reset connection `unavailable`); all else is `internal`: a bug. The stack is
   * that of what was thrown.
   */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    if (!(thrown instanceof Error)) return new AppError('internal', String(thrown), { cause: thrown });
    return thrownWhere(thrown, wrapped(thrown));
  }
}

function wrapped(thrown: Error): AppError {
  if (thrown.name === 'TimeoutError') {
    return new AppError('deadline_exceeded', thrown.message || 'the deadline passed', { cause: thrown });
  }
  if (thrown.name === 'AbortError') return new AppError('canceled', 'canceled', { cause: thrown });
  const code = systemErrorCodes.get(systemCodeOf(thrown));
  return new AppError(code ?? 'internal', thrown.message, { cause: thrown });
}

/** A log with the place where an error was wrapped would hide the place where it happened. */
function thrownWhere(cause: Error, error: AppError): AppError {
  if (cause.stack !== undefined) error.stack = cause.stack;
  return error;
}

/** True for the codes whose call may succeed later unchanged. */
export function isRetryable(code: ErrorCode): boolean {
  return code === 'resource_exhausted' || code === 'unavailable' || code === 'deadline_exceeded';
}

/** Reached only if a union grew and a switch did not. */
export function assertNever(value: never): never {
  throw new AppError('internal', `unexpected value ${JSON.stringify(value)}`);
}

const systemErrorCodes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['ENOENT', 'not_found'],
  ['EACCES', 'failed_precondition'],
  ['EPERM', 'failed_precondition'],
  ['EROFS', 'failed_precondition'],
  ['EISDIR', 'invalid_argument'],
  ['ENOTDIR', 'invalid_argument'],
  ['ENOSPC', 'resource_exhausted'],
  ['EDQUOT', 'resource_exhausted'],
  ['EMFILE', 'resource_exhausted'],
  ['ECONNREFUSED', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['EPIPE', 'unavailable'],
  ['EIO', 'unavailable'],
  ['ESTALE', 'unavailable'],
  ['ENODEV', 'unavailable'],
  ['ENXIO', 'unavailable'],
  ['ENOTCONN', 'unavailable'],
  ['EHOSTDOWN', 'unavailable'],
  ['EHOSTUNREACH', 'unavailable'],
  ['ENOTFOUND', 'unavailable'],
  ['EAI_AGAIN', 'unavailable'],
  ['ETIMEDOUT', 'deadline_exceeded'],
]);

function systemCodeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
