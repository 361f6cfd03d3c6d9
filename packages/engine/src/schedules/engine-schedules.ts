import type { RunId, SlotState, SlotStep } from '@winnow/core';
import type { ScheduleRequest } from '@winnow/scheduling';

/** Corpora that are brought up to date by themselves. Each has one schedule at most. */
export interface EngineSchedules {
  /**
   * Sets the schedule of a corpus, in place of the one that it has.
   * @throws AppError `invalid_argument` for a cron expression, a time zone or a webhook that is none.
   */
  set(name: string, request: ScheduleRequest): Promise<ScheduleView>;
  /** Ordered by corpus. */
  list(): Promise<readonly ScheduleView[]>;
  /** Throws `not_found` where the corpus has none. */
  show(name: string): Promise<ScheduleView>;
  /** What is under way goes on, as a run like any other. Throws `not_found` where there is none. */
  remove(name: string): Promise<void>;
  /**
   * Has the work of a schedule done now, at whatever hour; its slots come as before. Whoever keeps time does it.
   * @throws AppError `not_found` where there is none, `failed_precondition` while it is at work.
   */
  runNow(name: string): Promise<ScheduleView>;
  /**
   * Does what is under way in this process, to its end or until it waits for somebody; workers must be about.
   * @param onStep told of each look at it.
   */
  work(name: string, onStep: (view: ScheduleView) => void, signal: AbortSignal): Promise<ScheduleView>;
}

/** A schedule as people and programs see it. Times are ISO 8601, UTC. */
export interface ScheduleView {
  readonly corpus: string;
  readonly cron: string;
  readonly tz: string;
  /** Such as `22:00-06:00`. */
  readonly window: string | null;
  readonly reindex: boolean;
  readonly promoteIfVerified: boolean;
  readonly evaluate: boolean;
  readonly webhook: { readonly url: string; readonly secretEnv: string | null } | null;
  /** In the past where it is about to be taken up. */
  readonly next: string;
  /** The next five, `next` first. */
  readonly nextRuns: readonly string[];
  /** The slot that was taken up last; null before the first. */
  readonly last: SlotView | null;
  /** Messages that the webhook has not taken yet. */
  readonly notTold: { readonly count: number; readonly problem: string | null };
}

export interface SlotView {
  readonly slot: string;
  /** Null where no run was started. */
  readonly run: RunId | null;
  /** The step that it is at, or what it came to. */
  readonly state: SlotStep | SlotState;
  readonly message: string | null;
  /** When it was over; null before. */
  readonly at: string | null;
}
