import type { z } from 'zod';
import type { AppError } from './errors.ts';
import type { Logger } from './logger.ts';

/** One kind of job: what it carries and how it is tried. */
export interface JobDefinition<Payload> {
  /** Parsed when a job is put in and again when it is taken out. Pointers and hashes only, ≤ 16 KiB as JSON. */
  readonly payload: z.ZodType<Payload>;
  /** Deterministic; equal ids are one job. No `:` and not digits only (BullMQ). */
  readonly id: (payload: Payload) => string;
  /** Tries in all before the job is given up. */
  readonly attempts: number;
  /** Wait before the second try; doubles from there, with jitter. */
  readonly backoffMs: number;
  /** A try that takes longer is aborted. */
  readonly timeoutMs: number;
  /** Jobs of this kind that one worker runs at a time. */
  readonly concurrency: number;
  /**
   * The newest `version` of the payload that this code understands. A job of a newer one is parked for a worker that
   * does; older ones are brought forward by the schema. Left out: payloads have none.
   */
  readonly version?: number;
  /** Workers that may die or freeze over one job before it is given up; 2 by default. */
  readonly maxWorkersLost?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a catalog holds payloads of any kind; each use infers its own
export type JobCatalog = Readonly<Record<string, JobDefinition<any>>>;

export type PayloadOf<Catalog extends JobCatalog, Name extends keyof Catalog> = z.output<
  Catalog[Name]['payload']
>;

/** A job that is yet to be done: its name and payload. */
export type JobOf<Catalog extends JobCatalog> = {
  [Name in keyof Catalog & string]: { readonly name: Name; readonly payload: PayloadOf<Catalog, Name> };
}[keyof Catalog & string];

/** What a handler returns. `skipped` is a normal end: the work was no longer wanted. */
export interface JobOutcome<Catalog extends JobCatalog> {
  readonly outcome: 'done' | 'skipped';
  readonly reason?: string;
  /** Put in by the runner before this job is taken off, so that a chain is never without a job. */
  readonly next?: readonly JobOf<Catalog>[];
}

export interface JobContext {
  /** Aborted at the job's deadline and at a forced shutdown. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What a worker does with one kind of job. */
export interface JobHandler<Catalog extends JobCatalog, Name extends keyof Catalog> {
  /** Failing is throwing: the error's code decides what comes next. Must be safe to run twice. */
  run(payload: PayloadOf<Catalog, Name>, context: JobContext): Promise<JobOutcome<Catalog>>;
  /**
   * Called once when the job is given up (attempts spent, or an error that no retry mends).
   * Records the failure where people see it; the chain goes on with `next`.
   */
  giveUp?(
    payload: PayloadOf<Catalog, Name>,
    error: AppError,
    context: JobContext,
  ): Promise<JobOutcome<Catalog>>;
}

/** One handler per kind: a missing one does not compile. */
export type JobHandlers<Catalog extends JobCatalog> = {
  readonly [Name in keyof Catalog & string]: JobHandler<Catalog, Name>;
};

/** A typed identity: gives a catalog its precise type. */
export function defineJobs<const Catalog extends JobCatalog>(catalog: Catalog): Catalog {
  return catalog;
}
