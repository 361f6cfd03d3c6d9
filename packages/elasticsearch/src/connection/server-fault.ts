import { errors } from '@elastic/elasticsearch';
import type { AppError, ErrorCode } from '@winnow/core';
import { indexError } from './index-error.ts';

/** What the server says went wrong, of a whole request or of one item in it. */
export interface ServerFault {
  /** HTTP status; 0 where an item of an answer has none. */
  readonly status: number;
  /** The server's name for it: `version_conflict_engine_exception`… */
  readonly type: string;
  readonly reason: string;
}

/** The disk watermark is looked at every 30 s; asking sooner is in vain. */
const diskRetryAfterMs = 30_000;
const overloadRetryAfterMs = 5_000;

/**
 * True where the server refuses writes because its disk is nearly full: block 12. It comes as 429, though no matter of
 * load, and from servers before 7.x, or behind some proxies, as 403.
 */
export function isDiskFull({ status, type, reason }: ServerFault): boolean {
  return type === 'cluster_block_exception' && (status === 429 || reason.includes('/12/'));
}

/** True where somebody has closed the index or put a block on it: until it is taken away, nothing gets through. */
function isBlocked({ status, type }: ServerFault): boolean {
  if (type === 'index_closed_exception') return true;
  // With 503 the cluster is about to start, or has lost its master.
  return type === 'cluster_block_exception' && status < 500;
}

/** Makes an AppError of a fault that the caller cannot do anything about. */
export function faultToAppError(fault: ServerFault, address: string, cause?: unknown): AppError {
  const { code, message, retryAfterMs } = explain(fault, address);
  return indexError(code, message, {
    context: { status: fault.status, type: fault.type, ...(isDiskFull(fault) && { full: true }) },
    cause,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** As {@link faultToAppError}, of an index that takes no document at all: whatever the server calls it, it is no bug of ours. */
export function refusalToAppError(fault: ServerFault, address: string): AppError {
  const error = faultToAppError(fault, address);
  if (error.code !== 'internal') return error;
  const { context } = error;
  const message = `an index at ${address} refuses writes (${saidBy(fault)})`;
  return indexError('failed_precondition', message, { context });
}

const ifNot =
  'If not, winnow reindex builds another generation, and winnow promote --force --reason TEXT switches to it';

/** Makes an AppError of what a multi-get says of one item: the index is gone, refuses, or its shard is not there yet. */
export function missingItemError(
  error: { readonly type: string; readonly reason?: string | null },
  index: string,
  address: string,
): AppError {
  const fault: ServerFault = { status: 0, type: error.type, reason: error.reason ?? '' };
  if (error.type === 'index_not_found_exception') {
    return indexError('not_found', `index ${index} is gone: was the corpus deleted? ${ifNot}`);
  }
  if (isBlocked(fault) || error.type === 'security_exception') return faultToAppError(fault, address);
  return indexError('unavailable', `index ${index} at ${address} cannot be read right now: ${error.type}`, {
    context: { index, type: error.type },
  });
}

/** Reads the fault out of an error response; a proxy's answer without the server's JSON has an empty type. */
export function faultOf(error: errors.ResponseError): ServerFault {
  const body: unknown = error.body;
  return faultOfCause(error.statusCode ?? 0, isRecord(body) ? body.error : null);
}

/** True for an answer of the server with that name. */
export function isFault(thrown: unknown, type: string): boolean {
  return thrown instanceof errors.ResponseError && faultOf(thrown).type === type;
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

function withoutPreview(reason: string): string {
  return (reason.split(/\.? Preview of /)[0] ?? '').slice(0, 300);
}

interface Explanation {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

function explain(fault: ServerFault, address: string): Explanation {
  const { status } = fault;
  const said = saidBy(fault);
  const server = `Elasticsearch at ${address}`;
  if (isDiskFull(fault)) {
    const message = `${server} refuses writes because its disk is nearly full (${said}): free disk space there`;
    return { code: 'resource_exhausted', message, retryAfterMs: diskRetryAfterMs };
  }
  if (isBlocked(fault)) {
    const message = `an index at ${address} refuses us (${said}): open it, or take its block away`;
    return { code: 'failed_precondition', message };
  }
  if (status === 429) {
    const message = `${server} is overloaded (${said})`;
    return { code: 'resource_exhausted', message, retryAfterMs: overloadRetryAfterMs };
  }
  if (status === 401 || status === 403 || fault.type === 'security_exception') {
    const message = `${server} refuses our credentials or rights (${status} ${said}): check user, password or API key`;
    return { code: 'failed_precondition', message };
  }
  if (status === 404) {
    return {
      code: 'not_found',
      message: `${server} has no such index (${said}): was the corpus deleted? ${ifNot}`,
    };
  }
  if (status >= 500 || status === 408) {
    return { code: 'unavailable', message: `${server} could not answer (${status} ${said})` };
  }
  return { code: 'internal', message: `${server} refused a request (${status} ${said})` };
}

/** What the server says, without what it quotes of the document. */
export function saidBy({ type, reason }: ServerFault): string {
  return [type, withoutPreview(reason)].filter((part) => part !== '').join(': ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
