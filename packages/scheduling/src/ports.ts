import type { CorpusName, Logger, Run, RunId, RunWindow, ScheduledWork, Store } from '@winnow/core';
import type { PostWebhook } from './notices/post-webhook.ts';

/** A run that a slot is to have. */
export interface SlotRun {
  readonly corpus: CorpusName;
  readonly runId: RunId;
  readonly work: ScheduledWork;
  /** Hours in which it may work; null: at any time. */
  readonly window: RunWindow | null;
}

/** What is in the way, or nothing any more. */
export type Attempt =
  | { readonly kind: 'done' }
  /** Something that passes by itself. */
  | { readonly kind: 'busy'; readonly message: string };

/** The work of slots. Each of these may be broken off, and is then asked for again. */
export interface ScheduledWorkPorts {
  /**
   * Starts a run of that id; one that is there already, or is over, is enough. Another run of the corpus that is under
   * way is `busy`, unless it gives way to a sync.
   */
  start(run: SlotRun): Promise<Attempt>;
  /** @returns null if there is none. */
  run(runId: RunId): Promise<Run | null>;
  /**
   * Ends a run that has nothing left to do but to wait for sources that do not answer: a sync that follows goes through
   * the others too, and waits in its place. Any other run stays as it is.
   */
  giveWay(runId: RunId): Promise<void>;
  /** Looks whether a generation may take the live one's place. */
  verify(
    corpus: CorpusName,
    generation: number,
    signal: AbortSignal,
  ): Promise<{ readonly passed: boolean; readonly message: string }>;
  /**
   * Switches readers to a generation that has passed; that they see it already is enough.
   * @throws AppError `failed_precondition` where it may not take the live one's place after all.
   */
  promote(corpus: CorpusName, generation: number, signal: AbortSignal): Promise<Attempt>;
  /**
   * Measures the golden queries of a corpus, if it has any.
   * @returns what is to be said of it; null: nothing.
   */
  evaluate(corpus: CorpusName, runId: RunId, signal: AbortSignal): Promise<string | null>;
}

/** Everything outside that schedules work on. */
export interface SchedulingPorts {
  readonly schedules: Store['schedules'];
  readonly work: ScheduledWorkPorts;
  readonly post: PostWebhook;
  /** The value of an environment variable that holds a webhook's secret; null where it is not set. */
  secretOf(variable: string): string | null;
  /** The current time. */
  readonly now: () => Date;
  readonly log: Logger;
}
