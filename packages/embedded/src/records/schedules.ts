import { AppError, type CorpusName, instantOf, type Schedule, type ScheduleStore } from '@winnow/core';
import type { Database } from '../database.ts';
import { findCorpus } from '../find-corpus.ts';
import { type RecordRow, scheduleOfRow } from '../record-json.ts';

/** Schedules as rows of JSON. */
export function createSchedules(database: Database): ScheduleStore {
  const owned = (schedule: Schedule) => findCorpus(database, schedule.corpus)?.corpusId === schedule.corpusId;
  const find = (corpus: CorpusName): Schedule | null => {
    const row = database.get<RecordRow>('SELECT body FROM schedule WHERE corpus = ?', corpus);
    const schedule = row === undefined ? null : scheduleOfRow(row);
    return schedule !== null && owned(schedule) ? schedule : null;
  };
  const keep = (schedule: Schedule) =>
    database.run(
      'INSERT OR REPLACE INTO schedule (corpus, corpus_id, next_run_at, body) VALUES (?, ?, ?, ?)',
      schedule.corpus,
      schedule.corpusId,
      sortable(schedule.nextRunAt),
      JSON.stringify(schedule),
    );

  return {
    async get(corpus) {
      return database.read(() => find(corpus));
    },
    async list() {
      return database.read(() =>
        database.all<RecordRow>('SELECT body FROM schedule ORDER BY corpus').map(scheduleOfRow).filter(owned),
      );
    },
    async set(schedule) {
      database.write(() => {
        const corpus = findCorpus(database, schedule.corpus);
        if (corpus?.corpusId !== schedule.corpusId || corpus.deletingSince !== null) {
          throw new AppError(
            'not_found',
            `corpus ${schedule.corpus} is gone: nothing can be scheduled for it`,
          );
        }
        keep(schedule);
      });
    },
    async update(corpus, change) {
      return database.write(() => {
        const current = find(corpus);
        const changed = current === null ? null : change(current);
        if (changed === null) return current;
        keep(changed);
        return changed;
      });
    },
    async remove(corpus) {
      return database.write(() => {
        if (find(corpus) === null) return false;
        return database.run('DELETE FROM schedule WHERE corpus = ?', corpus).changes > 0;
      });
    },
  };
}

/** One way to write each time, so that they sort as text. */
function sortable(iso: string): string {
  return instantOf(iso).toISOString();
}
