import { AppError, type CorpusName, instantOf, type Schedule, type ScheduleStore } from '@winnow/core';
import type { Rows, Statements } from '../database.ts';
import { findCorpus } from '../find-corpus.ts';
import type { IndexDatabase } from '../index-database.ts';
import { type RecordRow, scheduleOfRow } from '../record-json.ts';

/** Schedules as rows of JSON. */
export function createSchedules(database: IndexDatabase): ScheduleStore {
  return {
    async get(corpus) {
      return database.read(() => find(database, corpus));
    },
    async list() {
      return database.read(() =>
        database
          .all<RecordRow>('SELECT body FROM schedule ORDER BY corpus')
          .map(scheduleOfRow)
          .filter((schedule) => isOwned(database, schedule)),
      );
    },
    async set(schedule) {
      await database.write((statements) => {
        const corpus = findCorpus(statements, schedule.corpus);
        if (corpus?.corpusId !== schedule.corpusId || corpus.deletingSince !== null) {
          throw new AppError(
            'not_found',
            `corpus ${schedule.corpus} is gone: nothing can be scheduled for it`,
          );
        }
        keep(statements, schedule);
      });
    },
    async update(corpus, change) {
      return await database.write((statements) => {
        const current = find(statements, corpus);
        const changed = current === null ? null : change(current);
        if (changed === null) return current;
        keep(statements, changed);
        return changed;
      });
    },
    async remove(corpus) {
      return await database.write((statements) => {
        if (find(statements, corpus) === null) return false;
        return statements.run('DELETE FROM schedule WHERE corpus = ?', corpus).changes > 0;
      });
    },
  };
}

function find(rows: Rows, corpus: CorpusName): Schedule | null {
  const row = rows.get<RecordRow>('SELECT body FROM schedule WHERE corpus = ?', corpus);
  const schedule = row === undefined ? null : scheduleOfRow(row);
  return schedule !== null && isOwned(rows, schedule) ? schedule : null;
}

function isOwned(rows: Rows, { corpus, corpusId }: Schedule): boolean {
  return findCorpus(rows, corpus)?.corpusId === corpusId;
}

function keep(statements: Statements, schedule: Schedule): void {
  statements.run(
    'INSERT OR REPLACE INTO schedule (corpus, corpus_id, next_run_at, body) VALUES (?, ?, ?, ?)',
    schedule.corpus,
    schedule.corpusId,
    sortable(schedule.nextRunAt),
    JSON.stringify(schedule),
  );
}

/** One way to write each time, so that they sort as text. */
function sortable(iso: string): string {
  return instantOf(iso).toISOString();
}
