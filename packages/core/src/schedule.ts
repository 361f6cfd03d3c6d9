import type { CorpusId, CorpusName, RunId } from './ids.ts';
import type { RunState } from './run.ts';

/** What a schedule has done when its time comes. */
export type ScheduledWork =
  | { readonly kind: 'sync' }
  | { readonly kind: 'reindex'; readonly promoteIfVerified: boolean };

/** Hours of the day in which a run may work, in the schedule's time zone; may go over midnight. */
export interface Window {
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`; the same as `from`: the whole day. */
  readonly to: string;
}

/** Who is told of the end of a scheduled run, and of what it waits for. */
export interface Webhook {
  readonly url: string;
  /** Environment variable with the secret that messages are signed with; null: they are not. */
  readonly secretVariable: string | null;
}

/** What the last slot came to. */
export interface ScheduledRun {
  /** The time that the run was due. ISO 8601, UTC. */
  readonly slot: string;
  readonly runId: RunId | null;
  /** `running` until its end was seen; `skipped` where another run of the corpus was under way. */
  readonly state: RunState | 'skipped';
  /** What became of it, for people. */
  readonly message: string | null;
}

/** When a corpus is brought up to date by itself; a corpus has one at most. Changed by compare-and-set only. */
export interface Schedule {
  /** Of the record. */
  readonly version: number;
  readonly corpus: CorpusName;
  readonly corpusId: CorpusId;
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** Of the IANA list, as `Asia/Shanghai`. */
  readonly timeZone: string;
  readonly window: Window | null;
  readonly work: ScheduledWork;
  /** Evaluates the golden queries after each run. */
  readonly evaluates: boolean;
  readonly webhook: Webhook | null;
  /** ISO 8601, UTC. */
  readonly nextRunAt: string;
  readonly last: ScheduledRun | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The version of a schedule record that this code writes. */
export const scheduleVersion = 1;
