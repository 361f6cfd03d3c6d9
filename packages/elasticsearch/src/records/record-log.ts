import type { estypes } from '@elastic/elasticsearch';
import type { BulkOperation, BulkWriter } from '../bulk/bulk-writer.ts';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import type { Query } from '../connection/query.ts';
import type { SystemIndex } from '../indexes/system-indexes.ts';
import type { StoredRecord } from './record-table.ts';

/** Many records that are written once and never changed. */
export interface RecordLog<Stored extends StoredRecord> {
  /** Keeps records; one whose id is there already stays as it is. */
  add(records: Iterable<NewRecord<Stored>>): Promise<void>;
  /** All that match, in pages, in the order of the log's key. Sees every write that was finished before. */
  pages(query: Query): AsyncIterable<readonly Stored[]>;
  /** Removes all that match and were written before. Broken off, it is made again. */
  remove(query: Query): Promise<void>;
}

export interface NewRecord<Stored> {
  readonly id: string;
  readonly stored: Stored;
}

export interface RecordLogPorts {
  readonly connection: Connection;
  readonly bulk: BulkWriter;
}

type Hit<Stored> = estypes.SearchHit<Stored>;

const recordsPerPage = 1_000;
/** Ids alone are small. */
const idsPerPage = 5_000;

/**
 * A log over one index.
 * @param key fields that no two records of one query share, to go through them by.
 */
export function createRecordLog<Stored extends StoredRecord>(
  { connection, bulk }: RecordLogPorts,
  { index, made, isThere }: SystemIndex,
  key: readonly (keyof Stored & string)[],
): RecordLog<Stored> {
  async function* hitsOf(
    query: Query,
    { size, source }: { readonly size: number; readonly source: boolean },
  ): AsyncIterable<readonly Hit<Stored>[]> {
    if (!(await isThere())) return;
    await connection.read((client, options) => client.indices.refresh({ index }, options));
    const sort = key.map((field) => ({ [field]: 'asc' as const }));
    let after: estypes.SortResults | undefined;
    do {
      const behind = after === undefined ? {} : { search_after: after };
      const page = { index, query, sort, size, _source: source, ...behind };
      const answer = await connection.read((client, options) =>
        client.search<Stored>(
          { ...page, track_total_hits: false, allow_partial_search_results: false },
          options,
        ),
      );
      const { hits } = answer.hits;
      if (hits.length > 0) yield hits;
      after = hits.length < size ? undefined : hits.at(-1)?.sort;
    } while (after !== undefined);
  }

  return {
    async add(records) {
      await made();
      const results = await bulk.write(index, creationsOf(records));
      const refused = results.find((result) => result.kind === 'rejected');
      if (refused?.kind !== 'rejected') return;
      throw indexError('invalid_argument', `${index} cannot hold a record: ${refused.message}`);
    },

    async *pages(query) {
      for await (const hits of hitsOf(query, { size: recordsPerPage, source: true })) {
        yield hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
      }
    },

    async remove(query) {
      for await (const hits of hitsOf(query, { size: idsPerPage, source: false })) {
        await bulk.write(
          index,
          hits.map(({ _id }) => ({ action: 'delete', lines: `${JSON.stringify({ delete: { _id } })}\n` })),
        );
      }
    },
  };
}

function* creationsOf(records: Iterable<NewRecord<StoredRecord>>): Iterable<BulkOperation> {
  for (const { id, stored } of records) {
    const lines = `${JSON.stringify({ create: { _id: id } })}\n${JSON.stringify(stored)}\n`;
    yield { action: 'create', lines };
  }
}
