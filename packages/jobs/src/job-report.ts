import type { AppError, LogFields, Logger } from '@winnow/core';
import type { Delivery } from './delivery.ts';
import type { Settlement } from './settlement.ts';

/** The log of one try of one job. */
export interface JobReport {
  /** For the handler: every line carries the job's kind, id and try. */
  readonly log: Logger;
  /** Writes the summary line of a try that succeeded. */
  done(outcome: 'done' | 'skipped', reason: string | undefined, nextCount: number): void;
  /** Writes that the job is left to a later version of this code; loud only before it is put off again and again. */
  parked(version: number | null, delays: number): void;
  /** Writes the summary line of a try that did not. A bug and a broken set-up are errors, all else warnings. */
  failed(error: AppError, settlement: Settlement): void;
}

export function createJobReport(parent: Logger, delivery: Delivery): JobReport {
  const startedAt = performance.now();
  const log = withFields(parent, { job: delivery.name, jobId: delivery.id, attempt: delivery.attempt });
  const durationMs = () => Math.round(performance.now() - startedAt);
  return {
    log,
    done(outcome, reason, nextCount) {
      log.info({ event: 'job-done', durationMs: durationMs(), outcome, reason, nextCount });
    },
    parked(version, delays) {
      if (delays === 0) log.warn({ event: 'job-parked', version });
      else log.debug({ event: 'job-parked', version, delays });
    },
    failed(error, settlement) {
      const { code, message } = error;
      const delayMs = 'delayMs' in settlement ? settlement.delayMs : undefined;
      const fields = { durationMs: durationMs(), settlement: settlement.kind, delayMs, code, message };
      if (settlement.kind === 'requeue') log.info({ event: 'job-requeued', ...fields });
      else if (settlement.kind === 'delay') log.info({ event: 'job-delayed', ...fields });
      else if (code === 'internal') log.error({ event: 'job-failed', ...fields, error });
      else if (code === 'failed_precondition') log.error({ event: 'job-failed', ...fields });
      else log.warn({ event: 'job-failed', ...fields });
    },
  };
}

function withFields(parent: Logger, fixed: Omit<LogFields, 'event'>): Logger {
  return {
    debug: (fields) => parent.debug({ ...fixed, ...fields }),
    info: (fields) => parent.info({ ...fixed, ...fields }),
    warn: (fields) => parent.warn({ ...fixed, ...fields }),
    error: (fields) => parent.error({ ...fixed, ...fields }),
  };
}
