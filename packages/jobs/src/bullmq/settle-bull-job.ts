import { type AppError, assertNever } from '@winnow/core';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
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
  { worker, job, token }: { worker: Worker; job: Job; token: string | undefined },
): Promise<null> {
  switch (settlement.kind) {
    case 'complete':
      return null;
    case 'fail':
      throw new UnrecoverableError(summaryOf(settlement.error));
    case 'retry':
      throw new RetryLater(settlement.error, settlement.delayMs);
    case 'pause':
      await worker.rateLimit(settlement.delayMs);
      throw Worker.RateLimitError();
    case 'requeue':
      // Where the lock is lost, the job is back in wait or with another worker already.
      await job.moveToWait(token).catch(() => {});
      throw new WaitingError();
    default:
      return assertNever(settlement);
  }
}

function summaryOf({ code, message }: AppError): string {
  return `${code}: ${message}`.slice(0, 500);
}
