import { AppError, type Schedule, type SlotUnderWay } from '@winnow/core';
import { nextSlot } from '../cron.ts';
import { withNotice } from '../notices/notice.ts';
import { slotRunId } from './slot-run-id.ts';

/** A clock that was ahead by more than this is taken to have been wrong, and its slots to come again. */
const clockWasAheadMs = 3_600_000;

/**
 * The schedule after its slot was found due: the slot is under way, and the next one is set. However many slots were
 * missed, one makes up for all of them. Where the slot before is not over, one of the two is skipped: the new one if
 * a run is under way, the old one if it has only waited for another run to end.
 * @returns null if nothing is due.
 */
export function decided(schedule: Schedule, now: Date): Schedule | null {
  const { nextRunAt, current } = schedule;
  if (isAhead(schedule, now)) return withNext({ ...schedule, decidedUntil: now.toISOString() }, now);
  if (Date.parse(nextRunAt) > now.getTime()) return null;
  const moved = withNext({ ...schedule, decidedUntil: now.toISOString() }, now);
  if (current === null) return begun(moved, nextRunAt, { byHand: false, now });
  if (current.step === 'starting' && current.nextTryAt !== null && !current.byHand) {
    return begun(skipped(moved, current, now), nextRunAt, { byHand: false, now });
  }
  const message = `run ${current.runId} of the slot at ${current.slot} was not over (${current.step})`;
  return skipped(moved, { slot: nextRunAt, message }, now);
}

/**
 * The schedule with a slot of now, asked for by hand. Its own slots come as before.
 * @throws AppError `failed_precondition` while another slot is under way.
 */
export function askedFor(schedule: Schedule, now: Date): Schedule {
  const { corpus, current } = schedule;
  if (current === null) return begun(schedule, wholeSecond(now), { byHand: true, now });
  throw new AppError(
    'failed_precondition',
    `the schedule of ${corpus} is at work (${current.step}, run ${current.runId}): winnow status ${current.runId} shows how far`,
  );
}

/** Slots that a wrong clock has decided come again; runs that it has started do not, since their ids are taken. */
function isAhead({ decidedUntil }: Schedule, now: Date): boolean {
  return Date.parse(decidedUntil) - now.getTime() > clockWasAheadMs;
}

function withNext(schedule: Schedule, after: Date): Schedule {
  const next = nextSlot(schedule, after);
  // An expression without a further slot is refused when it is set, and years cannot be named.
  if (next === null) throw new AppError('internal', `cron ${schedule.cron} has no next slot`);
  return { ...schedule, nextRunAt: next.toISOString() };
}

function begun(
  schedule: Schedule,
  slot: string,
  { byHand, now }: { readonly byHand: boolean; readonly now: Date },
): Schedule {
  const current: SlotUnderWay = {
    slot,
    runId: slotRunId(schedule.corpusId, slot, byHand),
    byHand,
    step: 'starting',
    since: now.toISOString(),
    tries: 0,
    nextTryAt: null,
    message: null,
    toldOf: null,
  };
  return { ...schedule, current };
}

function skipped(
  schedule: Schedule,
  { slot, message }: Pick<SlotUnderWay, 'slot' | 'message'>,
  now: Date,
): Schedule {
  const last = { slot, runId: null, state: 'skipped', message, at: now.toISOString() } as const;
  return withNotice({ ...schedule, last }, { event: 'run.skipped', slot, message, run: null }, now);
}

function wholeSecond(time: Date): string {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000).toISOString();
}
