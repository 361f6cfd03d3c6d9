import { AppError, type JobHandler, type Run } from '@winnow/core';
import { collectBatches } from '../backfill/collect-batches.ts';
import { submitBatches } from '../backfill/submit-batches.ts';
import { backfillJob, laneJobs } from '../lane.ts';
import type { IngestJobs, IngestPorts, PricedBatches } from '../ports.ts';
import { failRun } from '../run-state.ts';

/** Between two looks at the provider; a batch takes minutes at the least. */
const defaultPollMs = 30_000;

/**
 * Has a run's texts embedded in the provider's batches, then starts its lanes, which find the vectors in the
 * embedding cache. While batches are under way the job is put off again and again, which spends no attempt.
 */
export function createBackfillHandler(ports: IngestPorts): JobHandler<IngestJobs, 'run.backfill'> {
  return {
    async run({ runId }, { signal }) {
      const run = await ports.store.runs.get(runId);
      if (run?.state !== 'running' || run.backfill === undefined) {
        return { outcome: 'skipped', reason: 'run-ended' };
      }
      if (run.backfill.state === 'collected') return { outcome: 'skipped', reason: 'collected' };
      const after = await advance(ports, run, signal);
      if (after.state !== 'running') return { outcome: 'skipped', reason: 'run-ended' };
      if (after.backfill?.state === 'collected') return { outcome: 'done', next: laneJobs(after) };
      throw waiting(after, ports.batchPollMs ?? defaultPollMs);
    },

    async giveUp({ runId, step }, error) {
      const run = await ports.store.runs.get(runId);
      // Batches that are paid for go on without us: a provider that is away for long is waited for.
      if (run !== null && error.retryable) {
        return { outcome: 'done', reason: error.code, next: [backfillJob(run, step + 1)] };
      }
      await failRun(ports, runId, error);
      return { outcome: 'done', reason: error.code };
    },
  };
}

async function advance(ports: IngestPorts, run: Run, signal: AbortSignal): Promise<Run> {
  const corpus = await ports.store.corpora.get(run.corpus);
  if (corpus === null) throw new AppError('not_found', `there is no corpus ${run.corpus}`);
  const priced: PricedBatches | null = await ports.batchesOf(corpus);
  if (priced === null) {
    const { embedder } = corpus.settings;
    throw new AppError('failed_precondition', `${embedder} has no batches: start the run again without them`);
  }
  const submitted =
    run.backfill?.state === 'submitting' ? await submitBatches(ports, run, corpus, priced, signal) : run;
  return await collectBatches(ports, submitted, priced, signal);
}

function waiting({ backfill }: Run, retryAfterMs: number): AppError {
  const open = backfill?.batches.filter(({ state }) => state === 'submitted').length ?? 0;
  return new AppError('resource_exhausted', `waiting for ${open} batches of the provider`, { retryAfterMs });
}
