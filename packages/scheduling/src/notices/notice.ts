import { type Notice, type NoticedRun, type Run, type Schedule, shortHash } from '@winnow/core';

/** Of more that nobody took, the oldest are forgotten. */
const maxNotices = 50;
const firstPauseMs = 10_000;
const longestPauseMs = 3_600_000;
/** A receiver that is away for longer is not told any more. */
const giveUpAfterMs = 24 * 3_600_000;

/** The schedule with a message that its webhook is to be told, if it has one. */
export function withNotice(
  schedule: Schedule,
  what: Pick<Notice, 'event' | 'slot' | 'message' | 'run'>,
  now: Date,
): Schedule {
  if (schedule.webhook === null) return schedule;
  const at = now.toISOString();
  const id = `msg_${shortHash([schedule.corpusId, what.slot, what.event, at].join('\0'))}`;
  const notice: Notice = { ...what, id, at, tries: 0, nextTryAt: at, problem: null };
  return { ...schedule, notices: [...schedule.notices, notice].slice(-maxNotices) };
}

/** A run without anything that its documents say. */
export function noticedRun({
  runId,
  kind,
  generation,
  state,
  waiting,
  counts,
  changes,
  ...times
}: Run): NoticedRun {
  return {
    id: runId,
    kind,
    generation,
    state,
    waiting: waiting?.reason ?? null,
    documents: { new: counts.new, changed: counts.changed, deleted: changes.deleted, failed: counts.failed },
    startedAt: times.startedAt,
    finishedAt: times.finishedAt,
  };
}

/** Whether a notice is to be sent now. */
export function isDue({ nextTryAt }: Notice, now: Date): boolean {
  return Date.parse(nextTryAt) <= now.getTime();
}

/** The schedule without a notice that was taken. */
export function withoutNotice(schedule: Schedule, id: string): Schedule {
  return { ...schedule, notices: schedule.notices.filter((notice) => notice.id !== id) };
}

/**
 * The notice after a try in vain: it is tried again after 10 s, 20 s … an hour.
 * @returns null where it is given up, a day after what it tells of.
 */
export function afterFailure(notice: Notice, problem: string, now: Date): Notice | null {
  if (now.getTime() - Date.parse(notice.at) > giveUpAfterMs) return null;
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(notice.tries, 20));
  const nextTryAt = new Date(now.getTime() + pauseMs).toISOString();
  return { ...notice, tries: notice.tries + 1, nextTryAt, problem };
}

/** What is sent. */
export function bodyOf(
  { corpus }: Pick<Schedule, 'corpus'>,
  { event, slot, message, run, at }: Notice,
): string {
  return JSON.stringify({ type: event, timestamp: at, data: { corpus, slot, message, run } });
}
