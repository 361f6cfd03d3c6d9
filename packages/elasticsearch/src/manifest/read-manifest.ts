import type { DocumentKey } from '@winnow/core';
import type { WritePlace } from '../bulk/bulk-outcome.ts';
import type { Connection } from '../connection/connection.ts';
import { missingItemError } from '../connection/server-fault.ts';
import type { ManifestRecord } from './manifest-record.ts';

/** Documents asked for or written in one request. */
const pageSize = 500;

/** A record as it was read: another write of it has another number. */
export interface VersionedRecord<Fields> extends WritePlace {
  readonly record: Fields;
}

/** Reads the newest records of a page of keys; keys without one are left out. */
export async function readRecords<Field extends keyof ManifestRecord>(
  connection: Connection,
  index: string,
  keys: readonly DocumentKey[],
  { fields, signal }: { readonly fields?: readonly Field[]; readonly signal?: AbortSignal | undefined },
): Promise<readonly VersionedRecord<Pick<ManifestRecord, Field>>[]> {
  const only = fields === undefined ? {} : { _source: [...fields] };
  const answer = await connection.read(
    (client, options) =>
      client.mget<Pick<ManifestRecord, Field>>({ index, ids: [...keys], ...only }, options),
    signal,
  );
  return answer.docs.flatMap((doc) => {
    if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
    if (!doc.found || doc._source === undefined) return [];
    const { _source: record, _seq_no: seqNo = 0, _primary_term: primaryTerm = 0 } = doc;
    return [{ record, seqNo, primaryTerm }];
  });
}

/** Distinct ids, a page at a time. */
export function* pagesOf<Id>(ids: Iterable<Id>): Iterable<readonly Id[]> {
  const distinct = [...new Set(ids)];
  for (let at = 0; at < distinct.length; at += pageSize) yield distinct.slice(at, at + pageSize);
}
