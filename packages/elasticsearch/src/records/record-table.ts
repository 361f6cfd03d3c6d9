import { setTimeout as wait } from 'node:timers/promises';
import { errors, type estypes } from '@elastic/elasticsearch';
import type { BulkWriter } from '../bulk/bulk-writer.ts';
import type { Connection } from '../connection/connection.ts';
import { toAppError } from '../connection/errors.ts';
import { indexError } from '../connection/index-error.ts';
import type { Query } from '../connection/query.ts';
import { faultOf, missingItemError } from '../connection/server-fault.ts';
import { writeAlias } from '../indexes/names.ts';
import type { SystemIndex } from '../indexes/system-indexes.ts';

/** A document of an index that every installation has once: fields to search by, and the whole as JSON. */
export interface StoredRecord {
  readonly record: string;
}

/** A small table of whole records: read by id, changed by compare-and-set. */
export interface RecordTable<Stored extends StoredRecord> {
  /** @returns null if there is none. */
  read(id: string): Promise<Stored | null>;
  /** @returns false if there is one already. */
  create(id: string, stored: Stored): Promise<boolean>;
  /** Keeps a record in place of the one that has its id, if any. */
  put(id: string, stored: Stored): Promise<void>;
  /**
   * Changes a record; where another writer came first, reads again and asks again.
   * @param change gets the record as it is; returns null to leave it so.
   * @returns the record as it now is; null if there is none.
   */
  update(id: string, change: (stored: Stored) => Stored | null): Promise<Stored | null>;
  /** Sees every write that was finished before. At most 10,000. */
  search(query: Query, sort: estypes.Sort, limit: number): Promise<readonly Stored[]>;
  /**
   * Removes a record while it is the one that is meant, and no other that has its id by then.
   * @returns whether it was there.
   */
  delete(id: string, isMeant: (stored: Stored) => boolean): Promise<boolean>;
  /** Removes records whose ids are never used again. */
  deleteAll(ids: readonly string[]): Promise<void>;
}

interface Found<Stored> {
  readonly stored: Stored;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** Rounds of compare-and-set; each round at least one of the writers that meet gets through. */
const maxRounds = 20;
const maxHits = 10_000;

/** A table over one index. */
export function createRecordTable<Stored extends StoredRecord>(
  { connection, bulk }: { readonly connection: Connection; readonly bulk: BulkWriter },
  { index, made, isThere }: SystemIndex,
): RecordTable<Stored> {
  async function find(id: string): Promise<Found<Stored> | null> {
    if (!(await isThere())) return null;
    const answer = await connection.read((client, options) =>
      client.mget<Stored>({ index, ids: [id] }, options),
    );
    const [doc] = answer.docs;
    if (doc === undefined) return null;
    if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
    if (!doc.found || doc._source === undefined) return null;
    return { stored: doc._source, seqNo: doc._seq_no ?? 0, primaryTerm: doc._primary_term ?? 0 };
  }

  /** @returns false where another write came first. */
  async function unlessConflict(write: Parameters<Connection['raw']>[0]): Promise<boolean> {
    try {
      await connection.raw(write);
      return true;
    } catch (thrown) {
      if (thrown instanceof errors.ResponseError && faultOf(thrown).status === 409) return false;
      throw toAppError(thrown, connection.address);
    }
  }

  async function inRounds<Result>(
    id: string,
    round: () => Promise<{ result: Result } | null>,
  ): Promise<Result> {
    for (let count = 0; count < maxRounds; count += 1) {
      const done = await round();
      if (done !== null) return done.result;
      await wait(Math.random() * 5 * count);
    }
    throw indexError('unavailable', `${id} in ${index} is written by too many at once: try again`);
  }

  return {
    async read(id) {
      return (await find(id))?.stored ?? null;
    },

    async create(id, document) {
      await made();
      return await unlessConflict((client, options) =>
        client.index(
          { index: writeAlias(index), id, document, require_alias: true, op_type: 'create' },
          options,
        ),
      );
    },

    async put(id, document) {
      await made();
      await connection.write((client, options) =>
        client.index({ index: writeAlias(index), id, document, require_alias: true }, options),
      );
    },

    async update(id, change) {
      return await inRounds(id, async () => {
        const found = await find(id);
        const changed = found === null ? null : change(found.stored);
        if (found === null || changed === null) return { result: found?.stored ?? null };
        await made();
        const over = { if_seq_no: found.seqNo, if_primary_term: found.primaryTerm };
        const isWritten = await unlessConflict((client, options) =>
          client.index(
            { index: writeAlias(index), id, document: changed, require_alias: true, ...over },
            options,
          ),
        );
        return isWritten ? { result: changed } : null;
      });
    },

    async search(query, sort, limit) {
      if (!(await isThere())) return [];
      await connection.read((client, options) => client.indices.refresh({ index }, options));
      const size = Math.min(limit, maxHits);
      const answer = await connection.read((client, options) =>
        client.search<Stored>(
          { index, query, sort, size, track_total_hits: false, allow_partial_search_results: false },
          options,
        ),
      );
      return answer.hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
    },

    async delete(id, isMeant) {
      return await inRounds(id, async () => {
        const found = await find(id);
        if (found === null || !isMeant(found.stored)) return { result: false };
        const over = { if_seq_no: found.seqNo, if_primary_term: found.primaryTerm };
        const isGone = await unlessConflict((client, options) =>
          client.delete({ index, id, ...over }, { ...options, ignore: [404] }),
        );
        return isGone ? { result: true } : null;
      });
    },

    async deleteAll(ids) {
      const lines = (_id: string) => `${JSON.stringify({ delete: { _id } })}\n`;
      await bulk.write(
        index,
        ids.map((id) => ({ action: 'delete', lines: lines(id) })),
      );
    },
  };
}
