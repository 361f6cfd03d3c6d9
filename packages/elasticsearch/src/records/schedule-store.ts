import {
  type Corpus,
  type CorpusName,
  instantOf,
  type Schedule,
  type ScheduleStore,
  scheduleOfRecord,
} from '@winnow/core';
import { indexError } from '../connection/index-error.ts';
import { type CorpusRecord, corpusOf } from './corpus-store.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';

/** A schedule as it is kept, under the name of its corpus. */
export interface ScheduleRecord extends StoredRecord {
  readonly corpus: string;
  readonly corpus_id: string;
  readonly next_run_at: string;
}

export interface ScheduleStorePorts {
  readonly schedules: RecordTable<ScheduleRecord>;
  readonly corpora: RecordTable<CorpusRecord>;
}

const maxSchedules = 10_000;

/** Schedules in one index over all corpora. */
export function createScheduleStore({ schedules, corpora }: ScheduleStorePorts): ScheduleStore {
  async function corpusNamed(name: CorpusName): Promise<Corpus | null> {
    const stored = await corpora.read(name);
    return stored === null ? null : corpusOf(stored);
  }

  /** Those whose corpus is there. */
  async function owned(found: readonly Schedule[]): Promise<readonly Schedule[]> {
    if (found.length === 0) return [];
    const named = { terms: { name: found.map(({ corpus }) => corpus) } };
    const stored = await corpora.search(named, [{ name: 'asc' }], maxSchedules);
    const ids = new Map(stored.map(corpusOf).map(({ name, corpusId }) => [name, corpusId]));
    return found.filter(({ corpus, corpusId }) => ids.get(corpus) === corpusId);
  }

  async function checkCorpus({ corpus: name, corpusId }: Schedule): Promise<void> {
    const corpus = await corpusNamed(name);
    if (corpus?.corpusId === corpusId && corpus.deletingSince === null) return;
    throw indexError('not_found', `corpus ${name} is gone: nothing can be scheduled for it`);
  }

  return {
    async get(name) {
      const stored = await schedules.read(name);
      const schedule = stored === null ? null : scheduleOf(stored);
      if (schedule === null) return null;
      return (await corpusNamed(name))?.corpusId === schedule.corpusId ? schedule : null;
    },

    async list() {
      const found = await schedules.search({ match_all: {} }, [{ corpus: 'asc' }], maxSchedules);
      return await owned(found.map(scheduleOf));
    },

    async set(schedule) {
      await checkCorpus(schedule);
      await schedules.put(schedule.corpus, recordOf(schedule));
      try {
        // A delete that began meanwhile may have looked for a schedule before this one was there.
        await checkCorpus(schedule);
      } catch (error) {
        await removeSchedule(schedules, { name: schedule.corpus, corpusId: schedule.corpusId });
        throw error;
      }
    },

    async update(name, change) {
      const corpus = await corpusNamed(name);
      if (corpus === null) return null;
      const updated = await schedules.update(name, (stored) => {
        const schedule = scheduleOf(stored);
        const changed = schedule.corpusId === corpus.corpusId ? change(schedule) : null;
        return changed === null ? null : recordOf(changed);
      });
      return updated === null || updated.corpus_id !== corpus.corpusId ? null : scheduleOf(updated);
    },

    async remove(name) {
      const corpus = await corpusNamed(name);
      return corpus !== null && (await removeSchedule(schedules, corpus));
    },
  };
}

/** @returns whether the corpus had one. */
export async function removeSchedule(
  schedules: RecordTable<ScheduleRecord>,
  { name, corpusId }: Pick<Corpus, 'name' | 'corpusId'>,
): Promise<boolean> {
  return await schedules.delete(name, (stored) => stored.corpus_id === corpusId);
}

function recordOf(schedule: Schedule): ScheduleRecord {
  return {
    corpus: schedule.corpus,
    corpus_id: schedule.corpusId,
    next_run_at: sortable(schedule.nextRunAt),
    record: JSON.stringify(schedule),
  };
}

function scheduleOf({ record }: ScheduleRecord): Schedule {
  return scheduleOfRecord(JSON.parse(record));
}

/** One way to write each time, so that they sort as text. */
function sortable(iso: string): string {
  return instantOf(iso).toISOString();
}
