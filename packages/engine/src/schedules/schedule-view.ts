import type { Schedule } from '@winnow/core';
import { nextSlots, windowText } from '@winnow/scheduling';
import type { ScheduleView, SlotView } from './engine-schedules.ts';

const shownSlots = 5;

export function scheduleView(schedule: Schedule): ScheduleView {
  const { corpus, cron, timeZone, window, work, evaluates, webhook, nextRunAt, notices } = schedule;
  const later = nextSlots(schedule, new Date(nextRunAt), shownSlots - 1);
  return {
    corpus,
    cron,
    tz: timeZone,
    window: windowText(window),
    reindex: work.kind === 'reindex',
    promoteIfVerified: work.kind === 'reindex' && work.promoteIfVerified,
    evaluate: evaluates,
    webhook: webhook === null ? null : { url: webhook.url, secretEnv: webhook.secretVariable },
    next: nextRunAt,
    nextRuns: [nextRunAt, ...later.map((slot) => slot.toISOString())],
    last: slotView(schedule),
    notTold: {
      count: notices.length,
      problem: notices.find(({ problem }) => problem !== null)?.problem ?? null,
    },
  };
}

function slotView({ current, last }: Schedule): SlotView | null {
  if (current !== null) {
    const { slot, runId, step, message } = current;
    return { slot, run: runId, state: step, message, at: null };
  }
  if (last === null) return null;
  const { slot, runId, state, message, at } = last;
  return { slot, run: runId, state, message, at };
}
