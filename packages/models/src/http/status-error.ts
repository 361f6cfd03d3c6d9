import { AppError, type ErrorCode } from '@winnow/core';
import { quoteProvider } from './quote-provider.ts';
import { retryAfterOf } from './retry-after.ts';

/** How a provider refused a call. */
export interface Refusal {
  readonly status: number;
  /** Rate-limit headers and the request's id are read from these. */
  readonly headers: Headers | null;
  /** What the provider wrote; null if there is nothing to read. */
  readonly message: string | null;
  /** Where the provider says more than the status does: an unknown model as a 400, an empty account as a 429. */
  readonly code?: ErrorCode | null;
  /** What was sent: the key, texts, queries. Where the provider repeats it, it is left out. */
  readonly sent: readonly string[];
}

/**
 * The one table from what HTTP says to what callers do about it, of part `model`. Of a refused key nothing is quoted, as
 * providers repeat it.
 * @param what was asked for: `embeddings of text-embedding-3-small`.
 */
export function statusError(what: string, refusal: Refusal): AppError {
  const { status, headers } = refusal;
  const context = { status, requestId: headers?.get('x-request-id')?.slice(0, 100) ?? null };
  if (keyRefused.has(status)) {
    const problem = status === 403 ? 'refused this use of the API key, or of none' : 'refused the API key';
    return new AppError('failed_precondition', `${what}: the endpoint ${problem} (${status})`, {
      context,
      part: 'model',
    });
  }
  const code = refusal.code ?? codeOf(status);
  const message = `${what}: ${quoteProvider(refusal.message, refusal.sent) ?? 'the endpoint gave no reason'} (${status})`;
  const retryAfterMs = code === 'resource_exhausted' ? retryAfterOf(headers ?? undefined, Date.now()) : null;
  return new AppError(code, message, {
    context,
    part: 'model',
    ...(retryAfterMs !== null && { retryAfterMs }),
  });
}

const keyRefused: ReadonlySet<number> = new Set([401, 403, 407]);

function codeOf(status: number): ErrorCode {
  return codes.get(status) ?? (status >= 500 ? 'unavailable' : 'invalid_argument');
}

/** What is not here: 5xx is `unavailable` (529, overloaded, too), the rest `invalid_argument`. */
const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [402, 'failed_precondition'],
  [404, 'not_found'],
  [408, 'deadline_exceeded'],
  [409, 'unavailable'],
  [410, 'not_found'],
  [425, 'unavailable'],
  [429, 'resource_exhausted'],
  // A proxy in between took the caller for gone.
  [499, 'unavailable'],
  [501, 'failed_precondition'],
  [504, 'deadline_exceeded'],
]);
