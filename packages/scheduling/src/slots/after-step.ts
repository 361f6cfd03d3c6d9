import type { Run, Schedule, SlotState, SlotStep, SlotUnderWay, WaitReason } from '@winnow/core';
import { noticedRun, withNotice } from '../notices/notice.ts';

/** What became of a step of a slot. */
export type StepResult =
  /** It is where it was. */
  | { readonly kind: 'same' }
  | { readonly kind: 'next'; readonly step: SlotStep }
  /** Its run works again: of the next wait somebody is told anew. */
  | { readonly kind: 'works' }
  /** Something is in the way that may pass. */
  | { readonly kind: 'again'; readonly message: string }
  /** Its run waits for something that somebody is to know of. */
  | { readonly kind: 'waits'; readonly run: Run; readonly reason: WaitReason; readonly message: string }
  | {
      readonly kind: 'over';
      readonly state: SlotState;
      readonly message: string | null;
      readonly run: Run | null;
    };

const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/**
 * The schedule after a step, if it is still at that step: somebody else may have been faster.
 * @param seen the slot that the step was done for.
 * @returns null where nothing is to be written.
 */
export function afterStep(
  schedule: Schedule,
  seen: SlotUnderWay,
  result: StepResult,
  now: Date,
): Schedule | null {
  const { current } = schedule;
  if (current === null || current.runId !== seen.runId || current.step !== seen.step) return null;
  const at = now.toISOString();
  switch (result.kind) {
    case 'same':
      return null;
    case 'next':
      return {
        ...schedule,
        current: { ...current, step: result.step, since: at, tries: 0, nextTryAt: null, message: null },
      };
    case 'again': {
      const nextTryAt = new Date(now.getTime() + pauseAfter(current.tries)).toISOString();
      return {
        ...schedule,
        current: { ...current, tries: current.tries + 1, nextTryAt, message: result.message },
      };
    }
    case 'works':
      return { ...schedule, current: { ...current, toldOf: null } };
    case 'waits': {
      const { run, reason, message } = result;
      if (current.toldOf === reason) return null;
      return withNotice(
        { ...schedule, current: { ...current, toldOf: reason } },
        { event: 'run.waiting', slot: current.slot, message, run: noticedRun(run) },
        now,
      );
    }
    case 'over': {
      const { state, message, run } = result;
      const last = { slot: current.slot, runId: current.runId, state, message, at };
      return withNotice(
        { ...schedule, current: null, last },
        { event: `run.${state}`, slot: current.slot, message, run: run === null ? null : noticedRun(run) },
        now,
      );
    }
  }
}

/** 2 s, 4 s … a minute. */
function pauseAfter(tries: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10));
}
