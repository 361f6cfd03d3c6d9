import {
  AppError,
  type JobCatalog,
  type JobDefinition,
  type JobHandler,
  type JobHandlers,
  type JobOf,
  type Logger,
} from '@winnow/core';
import { backoffMsOf, decide, parkedMsOf } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { createJobReport, type JobReport } from './job-report.ts';
import { isOfLaterVersion, jobIdOf, parsePayload, versionOf } from './prepare-jobs.ts';
import type { Settlement } from './settlement.ts';
import { callUnderDeadline } from './under-deadline.ts';

export interface RunnerOptions<Catalog extends JobCatalog> {
  readonly handlers: JobHandlers<Catalog>;
  readonly enqueue: (jobs: readonly JobOf<Catalog>[]) => Promise<void>;
  readonly log: Logger;
}

/** Runs one try of a job and says what is to become of it. Never rejects. */
export type Runner = (delivery: Delivery) => Promise<Settlement>;

/** A job that took this many workers with it is given up: it would take the next one too. */
const defaultWorkersLost = 2;

/**
 * The one runner, shared by every queue: parses the payload, sets the deadline, runs the handler, puts in
 * what follows before the job is taken off, and turns errors into settlements. It is the only place where
 * jobs are tried again. A payload that does not parse fails without `giveUp`: there is nothing to give it.
 */
export function createRunner<Catalog extends JobCatalog>(
  catalog: Catalog,
  { handlers, enqueue, log }: RunnerOptions<Catalog>,
): Runner {
  return async (delivery) => {
    const report = createJobReport(log, delivery);
    if (isOfLaterVersion(catalog, delivery.name, delivery.payload)) {
      report.parked(versionOf(delivery.payload), delivery.delays);
      return { kind: 'park', delayMs: parkedMsOf(delivery.delays) };
    }
    const job = openJob(delivery);
    if (job instanceof AppError) return failed(report, job, { kind: 'fail', error: job });
    if (delivery.workersLost >= (job.definition.maxWorkersLost ?? defaultWorkersLost))
      return giveUp(job, report, workersLost(delivery));
    return tryJob(job, report);
  };

  function openJob(delivery: Delivery): OpenJob<Catalog> | AppError {
    try {
      const payload = parsePayload(catalog, delivery.name, delivery.payload);
      const definition = catalog[delivery.name];
      const handler = Object.hasOwn(handlers, delivery.name) ? handlers[delivery.name] : undefined;
      if (definition !== undefined && handler !== undefined)
        return { delivery, payload, definition, handler };
      return new AppError('internal', `no handler is registered for ${delivery.name} jobs`);
    } catch (thrown) {
      return AppError.from(thrown);
    }
  }

  async function tryJob(job: OpenJob<Catalog>, report: JobReport): Promise<Settlement> {
    const { delivery, definition, handler, payload } = job;
    let ran = false;
    try {
      const outcome = await callUnderDeadline(
        async (signal) => handler.run(payload, { signal, log: report.log }),
        definition.timeoutMs,
        delivery.signal,
      );
      ran = true;
      await putIn(delivery, outcome.next ?? []);
      report.done(outcome.outcome, outcome.reason, outcome.next?.length ?? 0);
      return { kind: 'complete' };
    } catch (thrown) {
      const error = AppError.from(thrown);
      // A queue that refuses our password is no better reason to blame the job than one that is down.
      const queueIsAway =
        ran && error.code !== 'resource_exhausted' && (error.retryable || isRefusedByQueue(error));
      const decision = decide(
        error,
        {
          attempt: delivery.attempt,
          delays: delivery.delays,
          blameless: delivery.signal.aborted || queueIsAway,
        },
        definition,
      );
      if (decision.kind === 'give-up') return giveUp(job, report, error);
      return failed(report, error, decision.kind === 'retry' ? { ...decision, error } : decision);
    }
  }

  /** The job is marked as failed only after its failure is recorded and what follows it is put in. */
  async function giveUp(job: OpenJob<Catalog>, report: JobReport, cause: AppError): Promise<Settlement> {
    const { delivery, definition, handler, payload } = job;
    try {
      const outcome = await callUnderDeadline(
        async (signal) => handler.giveUp?.(payload, cause, { signal, log: report.log }),
        definition.timeoutMs,
        delivery.signal,
      );
      await putIn(delivery, outcome?.next ?? []);
      return failed(report, cause, { kind: 'fail', error: cause });
    } catch (thrown) {
      const error = AppError.from(thrown);
      report.log.error({ event: 'job-give-up-failed', code: error.code, message: error.message, error });
      return failed(report, cause, afterFailedGiveUp(delivery, definition, error));
    }
  }

  async function putIn(delivery: Delivery, next: readonly JobOf<Catalog>[]): Promise<void> {
    const itself = next.some(
      ({ name, payload }) => name === delivery.name && jobIdOf(catalog, name, payload) === delivery.id,
    );
    // It is still active, so the queue would take it for a duplicate and the chain would end in silence.
    if (itself)
      throw new AppError('internal', `the ${delivery.name} job ${delivery.id} names itself as its next`);
    if (next.length > 0) await enqueue(next);
  }

  function failed(report: JobReport, error: AppError, settlement: Settlement): Settlement {
    report.failed(error, settlement);
    return settlement;
  }
}

interface OpenJob<Catalog extends JobCatalog> {
  readonly delivery: Delivery;
  readonly payload: Parameters<JobHandler<Catalog, keyof Catalog>['run']>[0];
  readonly definition: JobDefinition<unknown>;
  readonly handler: JobHandler<Catalog, keyof Catalog & string>;
}

function isRefusedByQueue({ code, part }: AppError): boolean {
  return part === 'queue' && code === 'failed_precondition';
}

/** Only a fault that no retry mends ends a job whose failure could not be recorded. */
function afterFailedGiveUp(
  delivery: Delivery,
  definition: JobDefinition<unknown>,
  error: AppError,
): Settlement {
  if (delivery.signal.aborted) return { kind: 'requeue' };
  if (!error.retryable && error.code !== 'canceled') return { kind: 'fail', error };
  return { kind: 'retry', delayMs: backoffMsOf(delivery.attempt, definition.backoffMs), error };
}

function workersLost({ name, workersLost }: Delivery): AppError {
  return new AppError('internal', `${workersLost} workers died or froze while they ran this ${name} job`, {
    context: { job: name, workersLost },
  });
}
