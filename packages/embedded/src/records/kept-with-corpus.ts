import type { Corpus, KeptWithCorpus } from '@winnow/core';
import { deleteInSteps } from '../delete-in-steps.ts';
import type { IndexDatabase } from '../index-database.ts';
import { createGolden } from './golden.ts';
import { createQuality } from './quality.ts';
import { createQueryLog } from './query-log.ts';
import { createSchedules } from './schedules.ts';

/** What is kept beside corpora in the file. */
export function createKeptWithCorpus(database: IndexDatabase): KeptWithCorpus {
  return {
    schedules: createSchedules(database),
    golden: createGolden(database),
    queryLog: createQueryLog(database),
    quality: createQuality(database),
  };
}

const tables = [
  { table: 'schedule', key: 'corpus' },
  { table: 'golden_query', key: 'id' },
  { table: 'query_record', key: 'id' },
  { table: 'quality_result', key: 'id' },
];

/** Removes whatever is kept beside a corpus, in steps that block nobody for long: no later corpus has its id. */
export async function removeKept(
  database: IndexDatabase,
  { corpusId, sources, removedSources }: Pick<Corpus, 'corpusId' | 'sources' | 'removedSources'>,
): Promise<void> {
  for (const each of tables) {
    await deleteInSteps(database, { ...each, where: 'corpus_id = ?', values: [corpusId] });
  }
  for (const { settings } of [...sources, ...removedSources]) {
    if (settings.kind !== 'push') continue;
    const ofPlace = { where: 'place = ?', values: [settings.place] };
    await deleteInSteps(database, { table: 'content', key: 'id', ...ofPlace });
  }
}
