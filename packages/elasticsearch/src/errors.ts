import { errors } from '@elastic/elasticsearch';
import { AppError, type ErrorCode } from '@winnow/core';

/** What the server says went wrong, of a whole request or of one item in it. */
export interface ServerFault {
  /** HTTP status. */
  readonly status: number;
  /** The server's name for it: `version_conflict_engine_exception`… */
  readonly type: string;
  readonly reason: string;
}

/** The disk watermark is looked at every 30 s; asking sooner is in vain. */
const diskRetryAfterMs = 30_000;
const overloadRetryAfterMs = 5_000;

/** True where the server refuses writes because its disk is nearly full: 429, but no matter of load. */
export function isDiskFull(fault: ServerFault): boolean {
  return fault.status === 429 && fault.type === 'cluster_block_exception';
}

/** Makes an AppError of a fault that the caller cannot do anything about. */
export function faultToAppError(fault: ServerFault, address: string, cause?: unknown): AppError {
  const { code, message, retryAfterMs } = explain(fault, address);
  return new AppError(code, message, {
    context: { status: fault.status, type: fault.type },
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Makes an AppError of what a multi-get says of one item: the index is gone, or its shard is not there yet. */
export function missingItemError(error: { readonly type: string }, index: string, address: string): AppError {
  if (error.type === 'index_not_found_exception') {
    return new AppError('not_found', `index ${index} is gone: was the corpus deleted?`);
  }
  return new AppError('unavailable', `index ${index} at ${address} cannot be read right now: ${error.type}`, {
    context: { index, type: error.type },
  });
}

/** Makes an AppError of anything the client throws; the address is named without credentials. */
export function toAppError(thrown: unknown, address: string, signal?: AbortSignal): AppError {
  if (signal?.aborted === true) return AppError.from(signal.reason);
  if (thrown instanceof errors.ResponseError) return faultToAppError(faultOf(thrown), address, thrown);
  if (thrown instanceof errors.TimeoutError) {
    return new AppError('deadline_exceeded', `Elasticsearch at ${address} did not answer in time`, {
      cause: thrown,
    });
  }
  if (thrown instanceof errors.RequestAbortedError) {
    return new AppError('canceled', 'the request to Elasticsearch was canceled', { cause: thrown });
  }
  if (thrown instanceof errors.ProductNotSupportedError) {
    return new AppError('failed_precondition', `the server at ${address} is not Elasticsearch`, {
      cause: thrown,
    });
  }
  if (thrown instanceof errors.ConnectionError || thrown instanceof errors.NoLivingConnectionsError) {
    const why = thrown.message === '' ? '' : ` (${thrown.message})`;
    return new AppError(
      'unavailable',
      `no connection to Elasticsearch at ${address}${why}: check the address and that the server is up`,
      { cause: thrown },
    );
  }
  if (thrown instanceof errors.DeserializationError) {
    return new AppError('unavailable', `the answer from ${address} is not Elasticsearch's`, {
      cause: thrown,
    });
  }
  return AppError.from(thrown);
}

/** Reads the fault out of an error response; a proxy's answer without the server's JSON has an empty type. */
export function faultOf(error: errors.ResponseError): ServerFault {
  const body: unknown = error.body;
  return faultOfCause(error.statusCode ?? 0, isRecord(body) ? body.error : null);
}

/** The fault in an `error` of the server's JSON: where shards failed, what the first of them said. */
export function faultOfCause(status: number, cause: unknown): ServerFault {
  if (!isRecord(cause)) return { status, type: '', reason: '' };
  const roots: readonly unknown[] = Array.isArray(cause.root_cause) ? cause.root_cause : [];
  const root = cause.type === 'search_phase_execution_exception' ? roots[0] : undefined;
  const { type, reason } = isRecord(root) ? root : cause;
  return {
    status,
    type: typeof type === 'string' ? type : '',
    reason: typeof reason === 'string' ? reason : '',
  };
}

/** The server's reason without what it quotes of the document. */
export function withoutPreview(reason: string): string {
  return (reason.split(/\.? Preview of /)[0] ?? '').slice(0, 300);
}

interface Explanation {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

function explain(fault: ServerFault, address: string): Explanation {
  const said = [fault.type, withoutPreview(fault.reason)].filter((part) => part !== '').join(': ');
  const server = `Elasticsearch at ${address}`;
  if (isDiskFull(fault)) {
    return {
      code: 'resource_exhausted',
      message: `${server} refuses writes because its disk is nearly full (${said}): free disk space there`,
      retryAfterMs: diskRetryAfterMs,
    };
  }
  if (fault.status === 429) {
    const message = `${server} is overloaded (${said})`;
    return { code: 'resource_exhausted', message, retryAfterMs: overloadRetryAfterMs };
  }
  if (fault.status === 401 || fault.status === 403) {
    const message = `${server} refuses our credentials or rights (${fault.status} ${said}): check user, password or API key`;
    return { code: 'failed_precondition', message };
  }
  if (fault.status === 404) return { code: 'not_found', message: `${server} has no such index (${said})` };
  if (fault.status >= 500 || fault.status === 408) {
    return { code: 'unavailable', message: `${server} could not answer (${fault.status} ${said})` };
  }
  return { code: 'internal', message: `${server} refused a request (${fault.status} ${said})` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
