import { AppError, type JobHandler, type Run } from '@winnow/core';
import { collectBatches } from '../backfill/collect-batches.ts';
import { submitBatches } from '../backfill/submit-batches.ts';
import { backfillJob, laneJobs } from '../lanes/lane.ts';
import type { IngestJobs, IngestPorts } from '../ports.ts';
import { failRun, type RunningRun, targetOf } from '../runs/run-state.ts';
import { from, putOff, withPatience } from '../waiting/with-patience.ts';

/** Between two looks at the provider; a batch takes minutes at the least. */
const defaultPollMs = 30_000;

/**
 * Has a run's texts embedded in the provider's batches, then starts its lanes, which find the vectors in the
 * embedding cache. While batches are under way the job is put off again and again, which spends no attempt.
 */
export function createBackfillHandler(ports: IngestPorts): JobHandler<IngestJobs, 'run.backfill'> {
  return {
    run: ({ runId }, context) =>
      withPatience(ports, runId, context, async (run) => {
        if (run.state !== 'running' || run.backfill === undefined) {
          return { outcome: 'skipped', reason: 'run-ended' };
        }
        if (run.backfill.state === 'collected') return { outcome: 'skipped', reason: 'collected' };
        const target = await from('index', targetOf(ports, run));
        if (target === null) throw new AppError('not_found', `there is no corpus ${run.corpus}`);
        const after = await advance(ports, target, context.signal);
        if (after.state !== 'running') return { outcome: 'skipped', reason: 'run-ended' };
        if (after.backfill?.state === 'collected') return { outcome: 'done', next: laneJobs(after) };
        throw putOff(waitingFor(after), ports.tuning?.batchPollMs ?? defaultPollMs);
      }),

    async giveUp({ runId, step }, error) {
      const run = await ports.store.runs.get(runId);
      // Batches that are paid for go on without us: a provider that is away for long is waited for, and so is a
      // worker that lives.
      if (run !== null && (error.retryable || error.code === 'internal')) {
        return { outcome: 'done', reason: error.code, next: [backfillJob(run, step + 1)] };
      }
      await failRun(ports, runId, error);
      return { outcome: 'done', reason: error.code };
    },
  };
}

async function advance(ports: IngestPorts, target: RunningRun, signal: AbortSignal): Promise<Run> {
  const { run, generation } = target;
  const priced = await ports.batchesOf(generation);
  if (priced === null) {
    const message = `${generation.embedder} has no batches: start the run again without them`;
    throw new AppError('failed_precondition', message);
  }
  const submitted =
    run.backfill?.state === 'submitting' ? await submitBatches(ports, target, priced, signal) : run;
  return await from('model', collectBatches(ports, submitted, priced, signal));
}

function waitingFor({ backfill }: Run): string {
  const open = backfill?.batches.filter(({ state }) => state === 'submitted').length ?? 0;
  return `waiting for ${open} batches of the provider`;
}
