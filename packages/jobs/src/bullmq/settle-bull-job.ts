import { type AppError, assertNever } from '@winnow/core';
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type { Settlement } from '../settlement.ts';

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

/**
 * Says to BullMQ what the runner decided: by returning for a job that is complete, else by throwing.
 * @param token of the lock that this worker holds on the job.
 */
export async function settleBullJob(
  settlement: Settlement,
  { job, token }: { job: Job; token: string | undefined },
): Promise<null> {
  switch (settlement.kind) {
    case 'complete':
      return null;
    case 'fail':
      throw new UnrecoverableError(summaryOf(settlement.error));
    case 'retry':
      throw new RetryLater(settlement.error, settlement.delayMs);
    // Where the lock is lost, the job is back in wait or with another worker already.
    case 'delay':
      await job.moveToDelayed(Date.now() + settlement.delayMs, token).catch(() => {});
      throw new DelayedError();
    case 'requeue':
      await job.moveToWait(token).catch(() => {});
      throw new WaitingError();
    default:
      return assertNever(settlement);
  }
}

function summaryOf({ code, message }: AppError): string {
  return `${code}: ${message}`.slice(0, 500);
}
