import type { AppError } from '@winnow/core';
import { isDiskFull, type ServerFault, saidBy } from '../connection/server-fault.ts';

/**
 * What one item of a bulk request came to, or what is to be done about it:
 * - `done`: written or deleted
 * - `missing`: deleted before; as good as done
 * - `conflict`: another write came first
 * - `rejected`: the document itself is refused; sending it again ends the same way
 * - `overloaded`: to be sent again in smaller requests, after a wait
 * - `failed`: to be sent again as it is, after a wait
 * - `refused`: nothing can be written until somebody acts: no other document would fare better
 */
export type ItemOutcome =
  | BulkResult
  | { readonly kind: 'refused'; readonly fault: ServerFault }
  /** `error` is set where the whole request came to this. */
  | { readonly kind: 'overloaded' | 'failed'; readonly error?: AppError };

/** What an operation came to in the end. */
export type BulkResult =
  | { readonly kind: 'done'; readonly place: WritePlace | null }
  | { readonly kind: 'missing' | 'conflict' }
  | { readonly kind: 'rejected'; readonly message: string };

/** Which write of a document it was: a later one has another place. */
export interface WritePlace {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** An item of a bulk answer, as far as it is read. */
export interface BulkAnswerItem {
  readonly status: number;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly error?: { readonly type?: string; readonly reason?: string | null };
}

export type BulkAction = 'index' | 'create' | 'delete';

/**
 * What the server says of a document that it cannot take, whatever state it is in itself. Everything else that is no
 * success is trouble of the index: an index that is closed or read-only, rights that were taken away, an alias without
 * an index to write to, a mapping that lacks a field.
 */
const faultsOfDocuments: ReadonlySet<string> = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
]);

/** Decides from one item of the server's answer. */
export function itemOutcome(action: BulkAction, item: BulkAnswerItem): ItemOutcome {
  const { status } = item;
  const fault: ServerFault = { status, type: item.error?.type ?? '', reason: item.error?.reason ?? '' };
  if (status >= 200 && status < 300) return { kind: 'done', place: placeOf(item) };
  if (status === 404 && action === 'delete' && fault.type !== 'index_not_found_exception') {
    return { kind: 'missing' };
  }
  if (status === 409) return { kind: 'conflict' };
  if (isDiskFull(fault)) return { kind: 'refused', fault };
  if (status === 429) return { kind: 'overloaded' };
  if (status >= 500 || status === 408) return { kind: 'failed' };
  if (status === 413 || (status === 400 && faultsOfDocuments.has(fault.type))) {
    return { kind: 'rejected', message: saidBy(fault) || `refused with status ${status}` };
  }
  return { kind: 'refused', fault };
}

function placeOf({ _seq_no: seqNo, _primary_term: primaryTerm }: BulkAnswerItem): WritePlace | null {
  return seqNo === undefined || primaryTerm === undefined ? null : { seqNo, primaryTerm };
}

/**
 * What is to be done about a request that failed as a whole:
 * - `split`: too large; sent again in halves
 * - `overloaded`, `failed`: as for an item; `failed` also where the answer was lost, since writing the same
 *   ids again changes nothing
 * - `fatal`: thrown to the caller
 */
export type RequestOutcome = 'split' | 'overloaded' | 'failed' | 'fatal';

/** @param fault null where no answer came: the connection broke or the deadline passed. */
export function requestOutcome(fault: ServerFault | null): RequestOutcome {
  if (fault === null) return 'failed';
  if (fault.status === 413) return 'split';
  if (isDiskFull(fault)) return 'fatal';
  if (fault.status === 429) return 'overloaded';
  return fault.status >= 500 || fault.status === 408 ? 'failed' : 'fatal';
}
