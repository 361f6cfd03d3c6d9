import { AppError, assertNever, isActive, type Run, type Schedule, type SlotUnderWay } from '@winnow/core';
import type { SchedulingPorts } from '../ports.ts';
import { afterStep, type StepResult } from './after-step.ts';

/** A wait that is over within this is not worth a message. */
const tellAfterMs = 60_000;
/** A step that only meets trouble is given up after this. */
const giveUpAfterMs = 6 * 3_600_000;

/**
 * Takes the slot that is under way as far as it goes now. Each step is recorded before the next one begins, and each
 * may be done twice: by a process that goes on after a crash, and by two at once.
 * @returns the schedule as it now is; null if it is gone.
 */
export async function workOnSlot(
  ports: SchedulingPorts,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<Schedule | null> {
  let latest: Schedule | null = schedule;
  while (latest !== null && latest.current !== null && isTime(latest.current, ports.now())) {
    const seen = latest.current;
    const result = await tried(ports, latest, seen, signal);
    if (result.kind === 'same') return latest;
    const now = ports.now();
    latest = await ports.schedules.update(schedule.corpus, (current) =>
      afterStep(current, seen, result, now),
    );
    if (result.kind === 'over') logOver(ports, schedule, seen, result);
    if (result.kind !== 'next') return latest;
  }
  return latest;
}

/** Whether the slot's step is to be tried. */
export function isTime({ nextTryAt }: SlotUnderWay, now: Date): boolean {
  return nextTryAt === null || Date.parse(nextTryAt) <= now.getTime();
}

async function tried(
  ports: SchedulingPorts,
  schedule: Schedule,
  seen: SlotUnderWay,
  signal: AbortSignal,
): Promise<StepResult> {
  try {
    return await step(ports, schedule, seen, signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    // The process ends: the next one goes on here.
    if (signal.aborted || error.code === 'canceled') return { kind: 'same' };
    return await afterTrouble(ports, schedule, seen, error);
  }
}

async function afterTrouble(
  { work, now, log }: SchedulingPorts,
  { corpus }: Schedule,
  { step, since, runId }: SlotUnderWay,
  error: AppError,
): Promise<StepResult> {
  const { code, message } = error;
  log.warn({ event: 'slot-step-failed', corpus, runId, step, code, message });
  const isOld = now().getTime() - Date.parse(since) > giveUpAfterMs;
  if (error.retryable && !isOld) return { kind: 'again', message };
  const run = await work.run(runId).catch(() => null);
  if (step === 'evaluating') {
    return { kind: 'over', state: 'completed', message: `not evaluated: ${message}`, run };
  }
  const state = step === 'promoting' && code === 'failed_precondition' ? 'unverified' : 'failed';
  return { kind: 'over', state, message, run };
}

async function step(
  { work, now }: SchedulingPorts,
  { corpus, work: wanted, window, timeZone, evaluates }: Schedule,
  { step, runId, byHand, toldOf }: SlotUnderWay,
  signal: AbortSignal,
): Promise<StepResult> {
  const completed = (run: Run, message: string | null = null): StepResult =>
    evaluates && step !== 'evaluating'
      ? { kind: 'next', step: 'evaluating' }
      : { kind: 'over', state: 'completed', message, run };
  if (step === 'starting') {
    // Who asks for a run by hand wants it now.
    const within = window === null || byHand ? null : { ...window, timeZone };
    const started = await work.start({ corpus, runId, work: wanted, window: within });
    return started.kind === 'done'
      ? { kind: 'next', step: 'running' }
      : { kind: 'again', message: started.message };
  }
  const run = await work.run(runId);
  if (run === null) return { kind: 'over', state: 'failed', message: `run ${runId} is gone`, run: null };
  switch (step) {
    case 'running':
      if (isActive(run))
        return run.waiting === null && toldOf !== null ? { kind: 'works' } : waitOf(run, now());
      if (run.state !== 'completed') {
        return {
          kind: 'over',
          state: run.state === 'failed' ? 'failed' : 'canceled',
          message: run.reason,
          run,
        };
      }
      return wanted.kind === 'reindex' && wanted.promoteIfVerified
        ? { kind: 'next', step: 'verifying' }
        : completed(run);
    case 'verifying': {
      const { passed, message } = await work.verify(corpus, run.generation, signal);
      return passed
        ? { kind: 'next', step: 'promoting' }
        : { kind: 'over', state: 'unverified', message, run };
    }
    case 'promoting': {
      const promoted = await work.promote(corpus, run.generation, signal);
      return promoted.kind === 'done' ? completed(run) : { kind: 'again', message: promoted.message };
    }
    case 'evaluating':
      return completed(run, await work.evaluate(corpus, runId, signal));
    default:
      return assertNever(step);
  }
}

/** A wait for the window is what was asked for; any other is told of once it lasts, or at once if it needs somebody. */
function waitOf(run: Run, now: Date): StepResult {
  const { waiting } = run;
  if (waiting === null || waiting.reason === 'window') return { kind: 'same' };
  const needsSomebody = waiting.nextLookAt === null && waiting.reason !== 'stopped';
  const hasLasted = now.getTime() - Date.parse(waiting.since) >= tellAfterMs;
  if (!needsSomebody && !hasLasted) return { kind: 'same' };
  return { kind: 'waits', run, reason: waiting.reason, message: waiting.message };
}

function logOver(
  { log }: SchedulingPorts,
  { corpus }: Schedule,
  { slot, runId }: SlotUnderWay,
  { state, message }: Extract<StepResult, { kind: 'over' }>,
): void {
  log.info({ event: `slot-${state}`, corpus, slot, runId, message });
}
