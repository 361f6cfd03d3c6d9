import type { ContentStore, Corpus, KeptWithCorpus } from '@winnow/core';
import type { IndexNames } from '../indexes/names.ts';
import { createSystemIndex } from '../indexes/system-indexes.ts';
import { createContentStore, type StoredContent } from './content-store.ts';
import type { CorpusRecord } from './corpus-store.ts';
import { createGoldenStore, type GoldenRecord } from './golden-store.ts';
import { createLateWrites } from './late-writes.ts';
import { createQualityHistory, type QualityRecord } from './quality-history.ts';
import { createQueryLog, type SearchRecord } from './query-log.ts';
import {
  contentsDefinition,
  goldenDefinition,
  qualityDefinition,
  queriesDefinition,
  schedulesDefinition,
} from './record-definitions.ts';
import { createRecordLog, type RecordLogPorts } from './record-log.ts';
import { createRecordTable, type RecordTable } from './record-table.ts';
import { createScheduleStore, removeSchedule, type ScheduleRecord } from './schedule-store.ts';

export interface KeptWithCorpusPorts extends RecordLogPorts {
  readonly names: IndexNames;
  readonly corpora: RecordTable<CorpusRecord>;
}

export interface RemovableKept extends KeptWithCorpus {
  readonly contents: ContentStore;
  /** Removes whatever is kept beside a corpus: no later one has its id. */
  removeKept(corpus: Corpus): Promise<void>;
}

/** What is kept beside corpora, each kind in one index over all of them. */
export function createKeptWithCorpus({ names, corpora, ...ports }: KeptWithCorpusPorts): RemovableKept {
  const { connection } = ports;
  const inSchedules = createSystemIndex(connection, names.schedules, schedulesDefinition);
  const inGolden = createSystemIndex(connection, names.golden, goldenDefinition);
  const inQueries = createSystemIndex(connection, names.queries, queriesDefinition);
  const inContents = createSystemIndex(connection, names.contents, contentsDefinition);
  const inQuality = createSystemIndex(connection, names.quality, qualityDefinition);

  const schedules = createRecordTable<ScheduleRecord>(ports, inSchedules);
  const golden = createRecordLog<GoldenRecord>(ports, inGolden, ['set_id', 'query_id']);
  const queries = {
    table: createRecordTable<SearchRecord>(ports, inQueries),
    log: createRecordLog<SearchRecord>(ports, inQueries, ['at', 'query_id']),
  };
  const results = {
    table: createRecordTable<QualityRecord>(ports, inQuality),
    log: createRecordLog<QualityRecord>(ports, inQuality, ['at', 'digest']),
  };
  const contents = createContentStore({
    connection,
    inContents,
    table: createRecordTable<StoredContent>(ports, inContents),
    log: createRecordLog<StoredContent>(ports, inContents, ['document_key', 'place']),
  });
  const late = createLateWrites(corpora);

  return {
    schedules: createScheduleStore({ schedules, corpora }),
    golden: createGoldenStore({ log: golden, late }),
    queryLog: createQueryLog({ ...queries, late }),
    quality: createQualityHistory({ ...results, late }),
    contents,
    async removeKept(corpus) {
      for (const { settings } of [...corpus.sources, ...corpus.removedSources]) {
        if (settings.kind === 'push') await contents.clear(settings.place);
      }
      await removeSchedule(schedules, corpus);
      for (const log of [golden, queries.log, results.log]) {
        await log.remove({ term: { corpus_id: corpus.corpusId } });
      }
    },
  };
}
