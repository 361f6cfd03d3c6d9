import { randomBytes } from 'node:crypto';
import { AppError, type CorpusName, type Run, type RunId } from '@winnow/core';
import { missingJobs } from './missing-jobs.ts';
import type { IngestPorts } from './ports.ts';

/** A run, and whether it was there already. */
export interface StartedRun {
  readonly run: Run;
  /** An earlier run was still active: it goes on, and takes the source as it was when that run was planned. */
  readonly joined: boolean;
}

/** How a run is to work. */
export interface StartOptions {
  /** Has the texts embedded in the provider's batches: for less money, within a day. */
  readonly batch?: boolean;
}

/**
 * Starts the ingestion of a corpus. A corpus has one active run: where there is one, it is returned instead,
 * with its jobs put back in case they were lost; so after a crash, starting again resumes.
 * @throws AppError `not_found` if there is no such corpus.
 */
export async function startRun(
  ports: IngestPorts,
  name: CorpusName,
  options: StartOptions = {},
): Promise<StartedRun> {
  const corpus = await ports.store.corpora.get(name);
  if (corpus === null) throw new AppError('not_found', `there is no corpus ${name}`);
  const active = await oldestActive(ports, name);
  if (active !== undefined) return join(ports, active);

  const startedAt = ports.now();
  const run: Run = {
    runId: createRunId(startedAt),
    corpus: name,
    generation: corpus.generation,
    state: 'planning',
    changes: { new: 0, changed: 0, unchanged: 0, deleted: 0 },
    reason: null,
    ...(options.batch === true && { backfill: { state: 'submitting', batches: [] } }),
    startedAt: startedAt.toISOString(),
    finishedAt: null,
  };
  await ports.store.runs.create(run);
  // Two may start at once: both see both runs now, and agree on the older one.
  const oldest = await oldestActive(ports, name);
  if (oldest !== undefined && oldest.runId !== run.runId) {
    const finishedAt = ports.now().toISOString();
    const reason = `run ${oldest.runId} was started at the same time`;
    await ports.store.runs.update(run.runId, (mine) => ({ ...mine, state: 'canceled', reason, finishedAt }));
    return join(ports, oldest);
  }
  await ports.queue.enqueue([{ name: 'run.plan', payload: { version: 1, runId: run.runId } }]);
  ports.log.info({ event: 'run-started', runId: run.runId, corpus: name });
  return { run, joined: false };
}

async function join(ports: IngestPorts, run: Run): Promise<StartedRun> {
  const jobs = await missingJobs(ports, run);
  if (jobs.length > 0) await ports.queue.enqueue(jobs);
  ports.log.info({ event: 'run-joined', runId: run.runId, corpus: run.corpus, putBack: jobs.length });
  return { run: (await ports.store.runs.get(run.runId)) ?? run, joined: true };
}

/** The same for everybody who looks: by start, then by id. */
async function oldestActive(ports: IngestPorts, name: CorpusName): Promise<Run | undefined> {
  const runs = (await ports.store.runs.active()).filter((run) => run.corpus === name);
  return runs.sort((one, other) => orderOf(one).localeCompare(orderOf(other))).at(0);
}

function orderOf({ startedAt, runId }: Run): string {
  return `${startedAt} ${runId}`;
}

/** Sorts by time, reads well, and is safe in any key or id: `20260102T030405-1f9a3c7d`. */
function createRunId(time: Date): RunId {
  const stamp = time.toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}` as RunId;
}
