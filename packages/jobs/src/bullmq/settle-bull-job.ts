import { setTimeout as delay } from 'node:timers/promises';
import { type AppError, assertNever } from '@winnow/core';
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type { Settlement } from '../settlement.ts';
import type { ErrorLog } from './error-log.ts';
import { redisError } from './redis-error.ts';
import { markParked } from './stored-jobs.ts';

/** Thrown to BullMQ, which asks `backoffDelay` how long to wait. */
class RetryLater extends Error {
  readonly delayMs: number;

  constructor(error: AppError, delayMs: number) {
    super(summaryOf(error), { cause: error });
    this.name = 'RetryLater';
    this.delayMs = delayMs;
  }
}

/** BullMQ's backoff strategy: the runner has decided already. */
export function backoffDelay(_attemptsMade: number, _type?: string, error?: Error): number {
  return error instanceof RetryLater ? error.delayMs : 1_000;
}

/** A job as this worker holds it. */
interface BullDelivery {
  readonly job: Job;
  /** Of the lock that this worker holds on the job. */
  readonly token: string | undefined;
  readonly noteError: ErrorLog;
  /** Aborted when the job is to be let go of. */
  readonly signal: AbortSignal;
}

/**
 * Says to BullMQ what the runner decided: by returning for a job that is complete, else by throwing.
 */
export async function settleBullJob(settlement: Settlement, delivery: BullDelivery): Promise<null> {
  const { job, token } = delivery;
  switch (settlement.kind) {
    case 'complete':
      return null;
    case 'fail':
      throw new UnrecoverableError(summaryOf(settlement.error));
    case 'retry':
      throw new RetryLater(settlement.error, settlement.delayMs);
    case 'delay':
      await moved(delivery, () => job.moveToDelayed(Date.now() + settlement.delayMs, token));
      throw new DelayedError();
    case 'park':
      await moved(delivery, async () => {
        await markParked(job);
        await job.moveToDelayed(Date.now() + settlement.delayMs, token);
      });
      throw new DelayedError();
    case 'requeue':
      await moved(delivery, () => job.moveToWait(token));
      throw new WaitingError();
    default:
      return assertNever(settlement);
  }
}

/** Between two tries to move a job while Redis does not let us. */
const moveAgainMs = 2_000;

/**
 * Moves a job, again and again while Redis is full or takes no writes: it must neither be taken for done nor be
 * failed. Where the job is no longer this worker's, it is back in wait or with another one already; where this worker
 * has to let go of it, it is left as it is, and taken up again like the job of a worker that died.
 */
async function moved({ job, noteError, signal }: BullDelivery, move: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await move();
      return;
    } catch (thrown) {
      if (isNoLongerOurs(thrown)) return;
      noteError(redisError(thrown), job.name);
      if (signal.aborted) return;
    }
    await delay(moveAgainMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** BullMQ numbers what it refuses: the job is gone, is in another state, or its lock ran out or is another's. */
function isNoLongerOurs(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' && thrown.code < 0;
}

function summaryOf({ code, message }: AppError): string {
  return `${code}: ${message}`.slice(0, 500);
}
