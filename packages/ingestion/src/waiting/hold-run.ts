import {
  AppError,
  isActive,
  type Run,
  type RunId,
  type Waited,
  type Waiting,
  type WaitReason,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';

const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/** Reasons that end when somebody says so: nobody looks whether they are over. */
const patientReasons: ReadonlySet<WaitReason> = new Set(['paused', 'budget', 'stopped']);

/** Whether a run's jobs are to leave it alone until it is resumed. */
export function isHeld({ waiting }: Pick<Run, 'waiting'>): boolean {
  return waiting !== null && patientReasons.has(waiting.reason);
}

/** How long a job is to be put off, while what its run waits for is not looked at yet; 0: it may try. */
export function pauseLeftMs({ waiting }: Pick<Run, 'waiting'>, now: Date): number {
  if (waiting?.nextLookAt == null) return 0;
  return Math.max(0, Date.parse(waiting.nextLookAt) - now.getTime());
}

/**
 * Notes what a run waits for, and when it is looked at again: the pause doubles with each look in vain. Several jobs
 * that meet the same trouble at once count as one look.
 * @returns what the run waits for now; where the store does not take it, it is kept in this process.
 */
export async function holdRun(
  ports: Pick<IngestPorts, 'store' | 'troubles' | 'tuning' | 'now' | 'log'>,
  runId: RunId,
  trouble: { readonly reason: WaitReason; readonly message: string; readonly retryAfterMs: number | null },
): Promise<Waiting> {
  const now = ports.now();
  const next = (run: Pick<Run, 'waiting'>): Waiting => waitingAfter(run, trouble, now, ports.tuning);
  try {
    const run = await ports.store.runs.update(runId, (current) => {
      if (!isActive(current) || isHeld(current) || pauseLeftMs(current, now) > 0) return null;
      return { ...current, waiting: next(current) };
    });
    ports.troubles.clear(runId);
    const waiting = run.waiting ?? next(run);
    ports.log.warn({
      event: 'run-waits',
      runId,
      reason: waiting.reason,
      message: waiting.message,
      looks: waiting.looks,
    });
    return waiting;
  } catch (thrown) {
    const { message } = AppError.from(thrown);
    const known = ports.troubles.get(runId);
    const waiting =
      known !== null && pauseLeftMs({ waiting: known }, now) > 0 ? known : next({ waiting: known });
    ports.troubles.set(runId, waiting);
    ports.log.warn({ event: 'run-waits-unrecorded', runId, reason: waiting.reason, message });
    return waiting;
  }
}

function waitingAfter(
  { waiting }: Pick<Run, 'waiting'>,
  { reason, message, retryAfterMs }: Parameters<typeof holdRun>[2],
  now: Date,
  tuning: IngestPorts['tuning'],
): Waiting {
  const same = waiting?.reason === reason ? waiting : null;
  const looks = same === null ? 0 : same.looks + 1;
  const pauseMs = Math.min(longestPauseMs, (tuning?.firstPauseMs ?? firstPauseMs) * 2 ** Math.min(looks, 10));
  const nextLookAt = new Date(now.getTime() + Math.max(pauseMs, retryAfterMs ?? 0)).toISOString();
  const since = same?.since ?? now.toISOString();
  return {
    reason,
    message,
    since,
    looks,
    nextLookAt: patientReasons.has(reason) ? null : nextLookAt,
  };
}

/** The run without its wait, the time of which is added to what it has waited in all. */
export function released(run: Run, now: Date): Run {
  const { waiting } = run;
  if (waiting === null) return run;
  const seconds = Math.max(0, now.getTime() - Date.parse(waiting.since)) / 1_000;
  return { ...run, waiting: null, waited: addWaited(run.waited, { reason: waiting.reason, seconds }) };
}

function addWaited(all: readonly Waited[], more: Waited): readonly Waited[] {
  const before = all.find(({ reason }) => reason === more.reason)?.seconds ?? 0;
  return [
    ...all.filter(({ reason }) => reason !== more.reason),
    { ...more, seconds: Math.round((before + more.seconds) * 10) / 10 },
  ];
}
