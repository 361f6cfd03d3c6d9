import type { CorpusId, CorpusName, RunId } from './ids.ts';
import type { DocumentChanges, RunState, WaitReason } from './run.ts';
import type { Window } from './window.ts';

/** What a schedule has done when its time comes. */
export type ScheduledWork =
  | { readonly kind: 'sync' }
  | { readonly kind: 'reindex'; readonly promoteIfVerified: boolean };

/** Who is told of the end of a scheduled run, and of what it waits for. */
export interface Webhook {
  readonly url: string;
  /** Environment variable with the secret that messages are signed with; null: they are not. */
  readonly secretVariable: string | null;
}

/**
 * How far a slot is:
 * - `starting`: its run is to be started, as soon as no other run of the corpus is under way
 * - `running`: its run is under way
 * - `verifying`, `promoting`: of a new generation, before readers are switched to it
 * - `evaluating`: the golden queries are being measured
 */
export const slotSteps = ['starting', 'running', 'verifying', 'promoting', 'evaluating'] as const;
export type SlotStep = (typeof slotSteps)[number];

/**
 * What a slot came to:
 * - `completed`: all that was to be done
 * - `unverified`: the new generation did not pass, and readers were not switched to it
 * - `failed`, `canceled`: as its run, or a step after it
 * - `skipped`: nothing was done, since another run was under way
 */
export const slotStates = ['completed', 'unverified', 'failed', 'canceled', 'skipped'] as const;
export type SlotState = (typeof slotStates)[number];

/** The slot that is being worked on. Whatever happens to a process, the next one goes on from what stands here. */
export interface SlotUnderWay {
  /** The time that the run was due, or was asked for by hand. ISO 8601, UTC, whole seconds. */
  readonly slot: string;
  /** Made from corpus and slot, so that everybody who starts it starts the same run. */
  readonly runId: RunId;
  readonly byHand: boolean;
  readonly step: SlotStep;
  /** When the step began. ISO 8601, UTC. */
  readonly since: string;
  /** Times that the step was tried in vain. */
  readonly tries: number;
  /** When it is tried again; null: at once. ISO 8601, UTC. */
  readonly nextTryAt: string | null;
  /** Why it is not further, for people; null where nothing is in the way. */
  readonly message: string | null;
  /** The wait of its run that somebody was told of last. */
  readonly toldOf: WaitReason | null;
}

/** What the last slot that is over came to. */
export interface SlotOutcome {
  readonly slot: string;
  /** Null where no run was started. */
  readonly runId: RunId | null;
  readonly state: SlotState;
  /** For people. */
  readonly message: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A message to the webhook that it has not taken yet. Names and numbers only, and nothing of what documents say. */
export interface Notice {
  /** The same in every try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly event: `run.${SlotState | 'waiting'}`;
  readonly slot: string;
  readonly message: string | null;
  readonly run: NoticedRun | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly tries: number;
  /** ISO 8601, UTC. */
  readonly nextTryAt: string;
  /** What the last try met; null before the first. */
  readonly problem: string | null;
}

/** A run as a webhook is told of it. */
export interface NoticedRun {
  readonly id: RunId;
  readonly kind: string;
  readonly generation: number;
  readonly state: RunState;
  readonly waiting: WaitReason | null;
  readonly documents: Pick<DocumentChanges, 'new' | 'changed' | 'deleted'> & { readonly failed: number };
  readonly startedAt: string;
  readonly finishedAt: string | null;
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
  /** Hours in which its runs may work; null: always. */
  readonly window: Window | null;
  readonly work: ScheduledWork;
  /** Measures the golden queries after each run. */
  readonly evaluates: boolean;
  readonly webhook: Webhook | null;
  /** The next slot. In the past where a slot was missed, or is about to be taken up. ISO 8601, UTC. */
  readonly nextRunAt: string;
  /** Slots up to this time are decided and do not come again, though the clock be set back. ISO 8601, UTC. */
  readonly decidedUntil: string;
  /** Null where none is. */
  readonly current: SlotUnderWay | null;
  readonly last: SlotOutcome | null;
  /** Oldest first. */
  readonly notices: readonly Notice[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The version of a schedule record that this code writes. */
export const scheduleVersion = 1;
