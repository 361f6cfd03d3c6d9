import { errors, type estypes } from '@elastic/elasticsearch';
import type { Connection } from './connection.ts';
import { faultOf, missingItemError, toAppError } from './errors.ts';
import { writeAlias } from './names.ts';
import type { Query } from './query.ts';

/** A document of the corpora or the runs index: fields to search by, and the whole as JSON. */
export interface StoredRecord {
  readonly record: string;
}

/** A small table of whole records: read by id, changed by compare-and-set. */
export interface RecordTable<Stored extends StoredRecord> {
  /** @returns null if there is none. */
  read(id: string): Promise<{ readonly stored: Stored; readonly at: RecordVersion } | null>;
  /**
   * Writes over the version that was read; null: only if there is none.
   * @returns false if another writer came first.
   */
  write(id: string, stored: Stored, over: RecordVersion | null): Promise<boolean>;
  /** Sees every write that was finished before. At most 10,000. */
  search(query: Query, sort: estypes.Sort, limit: number): Promise<readonly Stored[]>;
  delete(id: string): Promise<void>;
}

interface RecordVersion {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** A table over one index. @param ensured makes the index. */
export function createRecordTable<Stored extends StoredRecord>(
  connection: Connection,
  index: string,
  ensured: () => Promise<void>,
): RecordTable<Stored> {
  return {
    async read(id) {
      await ensured();
      const answer = await connection.read((client, options) =>
        client.mget<Stored>({ index, ids: [id] }, options),
      );
      const [doc] = answer.docs;
      if (doc === undefined) return null;
      if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
      if (!doc.found || doc._source === undefined) return null;
      return { stored: doc._source, at: { seqNo: doc._seq_no ?? 0, primaryTerm: doc._primary_term ?? 0 } };
    },

    async write(id, stored, over) {
      await ensured();
      const cas =
        over === null
          ? { op_type: 'create' as const }
          : { if_seq_no: over.seqNo, if_primary_term: over.primaryTerm };
      try {
        await connection.raw((client, options) =>
          client.index(
            { index: writeAlias(index), id, document: stored, require_alias: true, ...cas },
            options,
          ),
        );
        return true;
      } catch (thrown) {
        if (thrown instanceof errors.ResponseError && faultOf(thrown).status === 409) return false;
        throw toAppError(thrown, connection.address);
      }
    },

    async search(query, sort, limit) {
      await ensured();
      await connection.read((client, options) => client.indices.refresh({ index }, options));
      const answer = await connection.read((client, options) =>
        client.search<Stored>(
          {
            index,
            query,
            sort,
            size: Math.min(limit, 10_000),
            track_total_hits: false,
            allow_partial_search_results: false,
          },
          options,
        ),
      );
      return answer.hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
    },

    async delete(id) {
      await ensured();
      await connection.write((client, options) =>
        client.delete({ index, id }, { ...options, ignore: [404] }),
      );
    },
  };
}
