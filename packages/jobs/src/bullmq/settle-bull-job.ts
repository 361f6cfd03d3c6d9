import { setTimeout as delay } from 'node:timers/promises';
import { type AppError, assertNever, type Logger } from '@winnow/core';
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type { Settlement } from '../settlement.ts';
import { redisError } from './redis-error.ts';

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
  readonly log: Logger;
  /** Aborted when the job is to be let go of. */
  readonly signal: AbortSignal;
}

/**
 * Says to BullMQ what the runner decided: by returning for a job that is complete, else by throwing.
 */
export async function settleBullJob(
  settlement: Settlement,
  { job, token, ...rest }: BullDelivery,
): Promise<null> {
  const move = { ...rest, jobId: job.id ?? '' };
  switch (settlement.kind) {
    case 'complete':
      return null;
    case 'fail':
      throw new UnrecoverableError(summaryOf(settlement.error));
    case 'retry':
      throw new RetryLater(settlement.error, settlement.delayMs);
    case 'delay':
      await moved(() => job.moveToDelayed(Date.now() + settlement.delayMs, token), move);
      throw new DelayedError();
    case 'requeue':
      await moved(() => job.moveToWait(token), move);
      throw new WaitingError();
    default:
      return assertNever(settlement);
  }
}

interface Move {
  readonly jobId: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Between two tries to move a job while Redis takes nothing. */
const moveAgainMs = 2_000;

/**
 * Moves a job, again and again while Redis is full: it must neither be taken for done nor be failed. Where the lock is
 * lost, the job is back in wait or with another worker already; where the worker is told to end, it is left as it
 * is, and taken up again as the job of a worker that died.
 */
async function moved(move: () => Promise<unknown>, { jobId, log, signal }: Move): Promise<void> {
  let isTold = false;
  for (;;) {
    try {
      await move();
      return;
    } catch (thrown) {
      const { code, message } = redisError(thrown);
      if (code !== 'resource_exhausted' || signal.aborted) return;
      if (!isTold) log.warn({ event: 'job-not-moved', jobId, code, message });
      isTold = true;
    }
    await delay(moveAgainMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

function summaryOf({ code, message }: AppError): string {
  return `${code}: ${message}`.slice(0, 500);
}
