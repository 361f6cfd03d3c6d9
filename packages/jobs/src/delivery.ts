/** One try of a job, as a queue hands it over. */
export interface Delivery {
  readonly name: string;
  readonly id: string;
  /** As it was stored: not parsed yet. */
  readonly payload: unknown;
  /** This try, counted from 1. */
  readonly attempt: number;
  /** How often it was put off, on top of its tries. Times that it was handed back may count too. */
  readonly delays: number;
  /** How often a worker died or froze while it ran this job. */
  readonly workersLost: number;
  /** Aborted when the job is to be handed back at once. */
  readonly signal: AbortSignal;
}
