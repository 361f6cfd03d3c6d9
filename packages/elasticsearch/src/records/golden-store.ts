import { type CorpusId, type GoldenQuery, type GoldenStore, sha256 } from '@winnow/core';
import { goneCorpus, type LateWrites } from './late-writes.ts';
import type { NewRecord, RecordLog } from './record-log.ts';
import type { StoredRecord } from './record-table.ts';

/** A golden query as it is kept. */
export interface GoldenRecord extends StoredRecord {
  readonly corpus_id: string;
  readonly set_id: string;
  readonly query_id: string;
}

export interface GoldenStorePorts {
  readonly log: RecordLog<GoldenRecord>;
  readonly late: LateWrites;
}

/** Golden queries in one index over all corpora. */
export function createGoldenStore({ log, late }: GoldenStorePorts): GoldenStore {
  return {
    async add(corpusId, setId, queries) {
      await log.add(recordsOf(corpusId, setId, queries));
      if (!(await late.stays(log, corpusId))) throw goneCorpus(corpusId);
    },

    async *list(corpusId, setId) {
      const ofSet = { bool: { filter: [{ term: { corpus_id: corpusId } }, { term: { set_id: setId } }] } };
      for await (const page of log.pages(ofSet)) {
        for (const { record } of page) yield JSON.parse(record) as GoldenQuery;
      }
    },

    async keepOnly(corpusId, setId) {
      const others = setId === null ? {} : { must_not: [{ term: { set_id: setId } }] };
      await log.remove({ bool: { filter: [{ term: { corpus_id: corpusId } }], ...others } });
    },
  };
}

/** Made one by one as they are sent. */
function* recordsOf(
  corpusId: CorpusId,
  setId: string,
  queries: readonly GoldenQuery[],
): Iterable<NewRecord<GoldenRecord>> {
  for (const query of queries) {
    const { queryId } = query;
    yield {
      // Ids of queries may be longer than the server takes for an id.
      id: sha256(JSON.stringify([corpusId, setId, queryId])),
      stored: { corpus_id: corpusId, set_id: setId, query_id: queryId, record: JSON.stringify(query) },
    };
  }
}
