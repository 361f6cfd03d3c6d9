import { type Corpus, type Run, type RunStore, runOfRecord } from '@winnow/core';
import { indexError } from '../connection/index-error.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';

/** A run as it is kept. */
export interface RunRecord extends StoredRecord {
  readonly run_id: string;
  readonly corpus: string;
  readonly state: string;
  readonly started_at: string;
}

const maxRuns = 10_000;

/** Runs in one index over all corpora. */
export function createRunStore(table: RecordTable<RunRecord>): RunStore {
  return {
    async create(run) {
      if (await table.create(run.runId, recordOf(run))) return;
      throw indexError('failed_precondition', `run ${run.runId} is there already`);
    },

    async get(runId) {
      const found = await table.read(runId);
      return found === null ? null : runOf(found);
    },

    async update(runId, change) {
      const updated = await table.update(runId, (stored) => {
        const changed = change(runOf(stored));
        return changed === null ? null : recordOf(changed);
      });
      if (updated === null) throw indexError('not_found', `there is no run ${runId}`);
      return runOf(updated);
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

/**
 * Removes every run of a corpus, and of no other that has its name by now. Runs of version 1 know their corpus by its
 * name only.
 */
export async function deleteRuns(
  table: RecordTable<RunRecord>,
  { name, corpusId }: Pick<Corpus, 'name' | 'corpusId'>,
): Promise<void> {
  let after = '';
  for (;;) {
    const query = { bool: { filter: [{ term: { corpus: name } }, { range: { run_id: { gt: after } } }] } };
    const page = await table.search(query, [{ run_id: 'asc' }], maxRuns);
    const own = page.map(runOf).filter((run) => run.corpusId === corpusId || run.corpusId === '');
    await table.deleteAll(own.map(({ runId }) => runId));
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.run_id;
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
