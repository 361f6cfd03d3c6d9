import { AppError, type Run, type RunStore } from '@winnow/core';
import type { Rows } from './database.ts';
import type { IndexDatabase } from './index-database.ts';
import { type RecordRow, runOfRow } from './record-json.ts';

/** Runs as rows of JSON; the columns beside it are for finding them. */
export function createRuns(database: IndexDatabase): RunStore {
  return {
    async create(run) {
      await database.write((statements) => {
        if (find(statements, run.runId) !== null) {
          throw new AppError('failed_precondition', `there is a run ${run.runId} already`);
        }
        statements.run(
          'INSERT INTO run (run_id, corpus, state, started_at, body) VALUES (?, ?, ?, ?, ?)',
          run.runId,
          run.corpus,
          run.state,
          run.startedAt,
          JSON.stringify(run),
        );
      });
    },
    async get(runId) {
      return find(database, runId);
    },
    async update(runId, change) {
      return await database.write((statements) => {
        const current = find(statements, runId);
        if (current === null) throw new AppError('not_found', `there is no run ${runId}`);
        const changed = change(current);
        if (changed === null) return current;
        statements.run(
          'UPDATE run SET state = ?, started_at = ?, body = ? WHERE run_id = ?',
          changed.state,
          changed.startedAt,
          JSON.stringify(changed),
          runId,
        );
        return changed;
      });
    },
    async list(corpus, limit) {
      const rows = database.all<RecordRow>(
        'SELECT body FROM run WHERE corpus = ? ORDER BY started_at DESC, run_id DESC LIMIT ?',
        corpus,
        limit,
      );
      return rows.map(runOfRow);
    },
    async active() {
      const rows = database.all<RecordRow>(
        "SELECT body FROM run WHERE state IN ('planning', 'running') ORDER BY started_at, run_id",
      );
      return rows.map(runOfRow);
    },
  };
}

function find(rows: Rows, runId: string): Run | null {
  const row = rows.get<RecordRow>('SELECT body FROM run WHERE run_id = ?', runId);
  return row === undefined ? null : runOfRow(row);
}
