import { AppError, type CorpusName, type Run, type RunStore, runOfRecord } from '@winnow/core';
import type { RecordTable, StoredRecord } from './record-table.ts';

/** A run as it is kept. */
export interface RunRecord extends StoredRecord {
  readonly run_id: string;
  readonly corpus: string;
  readonly state: string;
  readonly started_at: string;
}

const maxRuns = 10_000;
const maxRounds = 20;

/** Runs in one index over all corpora. */
export function createRunStore(table: RecordTable<RunRecord>): RunStore {
  return {
    async create(run) {
      if (await table.write(run.runId, recordOf(run), null)) return;
      throw new AppError('failed_precondition', `run ${run.runId} is there already`);
    },

    async get(runId) {
      const found = await table.read(runId);
      return found === null ? null : runOf(found.stored);
    },

    async update(runId, change) {
      for (let round = 0; round < maxRounds; round += 1) {
        const found = await table.read(runId);
        if (found === null) throw new AppError('not_found', `there is no run ${runId}`);
        const current = runOf(found.stored);
        const changed = change(current);
        if (changed === null) return current;
        if (await table.write(runId, recordOf(changed), found.at)) return changed;
      }
      throw new AppError('unavailable', `run ${runId} is written by too many at once: try again`);
    },

    async list(corpus, limit) {
      const newestFirst = [{ started_at: 'desc' as const }, { run_id: 'desc' as const }];
      return (await table.search({ term: { corpus } }, newestFirst, limit)).map(runOf);
    },

    async active() {
      const oldestFirst = [{ started_at: 'asc' as const }, { run_id: 'asc' as const }];
      const states = { terms: { state: ['planning', 'running'] } };
      return (await table.search(states, oldestFirst, maxRuns)).map(runOf);
    },
  };
}

/** Removes every run of a corpus. */
export async function deleteRuns(table: RecordTable<RunRecord>, corpus: CorpusName): Promise<void> {
  while (true) {
    const runs = await table.search({ term: { corpus } }, ['_doc'], maxRuns);
    if (runs.length === 0) return;
    for (const run of runs) await table.delete(run.run_id);
  }
}

function recordOf(run: Run): RunRecord {
  return {
    run_id: run.runId,
    corpus: run.corpus,
    state: run.state,
    started_at: run.startedAt,
    record: JSON.stringify(run),
  };
}

function runOf(stored: RunRecord): Run {
  return runOfRecord(JSON.parse(stored.record));
}
