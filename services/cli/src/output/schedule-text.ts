import type { ScheduleView, SlotView } from '@winnow/engine';

/** A moment by the clock on the wall of a zone: `Tue 2026-12-01 03:00:00 +08:00`. */
export function timeThere(iso: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(iso));
  const part = (wanted: Intl.DateTimeFormatPartTypes) =>
    parts.find(({ type }) => type === wanted)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  const date = `${part('weekday')} ${part('year')}-${part('month')}-${part('day')}`;
  return `${date} ${part('hour')}:${part('minute')}:${part('second')} ${offset}`;
}

/** What is done when the time comes, in a few words. */
export function workText({ reindex, promoteIfVerified, evaluate }: ScheduleView): string {
  const work = reindex ? 'reindex' : 'sync';
  return [
    work,
    ...(promoteIfVerified ? ['promote if verified'] : []),
    ...(evaluate ? ['evaluate'] : []),
  ].join(', ');
}

/** How far the last slot is, or what it came to. */
export function outcomeText(last: SlotView | null): string {
  if (last === null) return 'none yet';
  const { run, state, message } = last;
  const what = run === null ? state : `${state} (run ${run})`;
  return `${what}${message === null ? '' : `: ${message}`}`;
}

/** Name and value of everything that `schedule show` tells. */
export function scheduleFacts(view: ScheduleView): readonly (readonly [string, string])[] {
  const { corpus, cron, tz, window, webhook, nextRuns, last, notTold } = view;
  const told = notTold.problem === null ? '' : `: ${notTold.problem}`;
  const receiver =
    webhook === null
      ? 'none'
      : `${webhook.url}, ${webhook.secretEnv === null ? 'not signed' : `signed by ${webhook.secretEnv}`}`;
  return [
    ['corpus', corpus],
    ['cron', `${cron} (${tz})`],
    ['window', window === null ? 'none: runs may work at any time' : `${window}; outside of it a run waits`],
    ['work', workText(view)],
    ['webhook', receiver],
    ...(notTold.count === 0 ? [] : [['not told yet', `${notTold.count}${told}`] as const]),
    ['next', nextRuns.map((slot) => timeThere(slot, tz)).join('\n')],
    ['last', last === null ? outcomeText(null) : `${timeThere(last.slot, tz)}: ${outcomeText(last)}`],
  ];
}
