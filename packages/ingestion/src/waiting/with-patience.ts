import { AppError, type JobContext, type JobOutcome, type Run, type RunId } from '@winnow/core';
import type { IngestJobs, IngestPorts } from '../ports.ts';
import { failRun } from '../runs/run-state.ts';
import { holdRun, isHeld, pauseLeftMs, released } from './hold-run.ts';
import { withinHours } from './run-window.ts';
import { endsRun, waitReasonOf } from './wait-reason.ts';

type Outcome = JobOutcome<IngestJobs>;

/**
 * Does a piece of a run's work. Where something around the documents is in trouble, the run waits: the job is put
 * off, spends no attempt, and looks again when it is time. Once the work succeeds, the run waits no more.
 * @param work gets the run as it is; throws what went wrong.
 */
export async function withPatience(
  ports: IngestPorts,
  runId: RunId,
  { signal }: Pick<JobContext, 'signal'>,
  work: (run: Run) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    const found = await from('index', ports.store.runs.get(runId));
    if (found === null) return { outcome: 'skipped', reason: 'run-gone' };
    if (isHeld(found)) return { outcome: 'skipped', reason: 'run-waits' };
    const run = await from('index', withinHours(ports, found));
    if (run === null) return { outcome: 'skipped', reason: 'run-waits' };
    const leftMs = pauseLeftMs(run, ports.now());
    if (leftMs > 0) throw putOff(run.waiting?.message ?? 'the run waits', leftMs);
    const outcome = await work(run);
    if (run.waiting !== null || ports.troubles.get(runId) !== null) await resumeAfterTrouble(ports, run);
    return outcome;
  } catch (thrown) {
    signal.throwIfAborted();
    return await afterTrouble(ports, runId, AppError.from(thrown));
  }
}

async function afterTrouble(ports: IngestPorts, runId: RunId, error: AppError): Promise<Outcome> {
  if (error.context.putOff === true) throw error;
  if (endsRun(error)) {
    await failRun(ports, runId, error);
    return { outcome: 'done', reason: error.code };
  }
  const reason = waitReasonOf(error);
  if (reason === null) throw error;
  const { message, retryAfterMs } = error;
  const waiting = await holdRun(ports, runId, { reason, message, retryAfterMs });
  const pauseMs = pauseLeftMs({ waiting }, ports.now());
  throw putOff(error.message, Math.max(pauseMs, 100), error);
}

/** Puts a job off without a try being spent. */
export function putOff(message: string, retryAfterMs: number, cause?: AppError): AppError {
  return new AppError('resource_exhausted', message, { retryAfterMs, context: { putOff: true }, cause });
}

/** The time that nobody could write down is added too. */
async function resumeAfterTrouble(ports: IngestPorts, { runId }: Run): Promise<void> {
  const unrecorded = ports.troubles.get(runId);
  const now = ports.now();
  const run = await ports.store.runs.update(runId, (current) => {
    if (isHeld(current)) return null;
    const waiting = current.waiting ?? unrecorded;
    return waiting === null ? null : released({ ...current, waiting }, now);
  });
  ports.troubles.clear(runId);
  if (run.waiting === null) ports.log.info({ event: 'run-goes-on', runId });
}

/** Awaits a call to a part of what is outside, whose errors then say where they come from. */
export async function from<Result>(
  part: 'source' | 'index' | 'model' | 'queue',
  call: Promise<Result>,
): Promise<Result> {
  try {
    return await call;
  } catch (thrown) {
    throw AppError.from(thrown).attributedTo(part);
  }
}
