import { AppError } from '@winnow/core';
import { Cron } from 'croner';

/** When something is due: a cron expression, by the clock on the wall somewhere. */
export interface CronTime {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** Of the IANA list. */
  readonly timeZone: string;
}

/**
 * The first slot after a time. A time of day that the clocks jump over is due once, when they have; one that comes
 * twice is due at the first. Expressions with a wildcard or a step, such as every ten minutes, go on through both.
 * @returns null if none comes any more.
 */
export function nextSlot(time: CronTime, after: Date): Date | null {
  return clockOf(time).nextRun(after);
}

/** The first slots after a time, in order; fewer where no more come. */
export function nextSlots(time: CronTime, after: Date, count: number): readonly Date[] {
  return clockOf(time).nextRuns(count, after);
}

/** @throws AppError `invalid_argument` for an expression or a zone that is none, or a slot that never comes. */
export function requireCronTime(time: CronTime, now: Date): void {
  requireTimeZone(time.timeZone);
  let next: Date | null;
  try {
    if (clockOf(time).getOnce() !== null) throw new Error('a date comes once');
    next = nextSlot(time, now);
  } catch (thrown) {
    throw new AppError(
      'invalid_argument',
      `cron ${quoted(time.cron)} is not minute, hour, day, month and day of the week, as '0 3 * * *' (${reasonOf(thrown)})`,
      { cause: thrown },
    );
  }
  if (next === null) throw new AppError('invalid_argument', `cron ${quoted(time.cron)} never comes`);
}

function requireTimeZone(timeZone: string): void {
  try {
    // Offsets are taken too, but lack the change of the clocks that people think of.
    if (/^[A-Za-z]/.test(timeZone) && new Intl.DateTimeFormat('en', { timeZone })) return;
  } catch {
    // Said below.
  }
  throw new AppError(
    'invalid_argument',
    `time zone ${quoted(timeZone)} is not one of the IANA list, as Asia/Shanghai`,
  );
}

/** Nothing is timed by it: it is only asked. */
function clockOf({ cron, timeZone }: CronTime): Cron {
  return new Cron(cron, {
    timezone: timeZone,
    paused: true,
    mode: '5-or-6-parts',
    fixedTimeRule: 'no-wildcard',
  });
}

function quoted(given: string): string {
  return JSON.stringify(given.slice(0, 80));
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.replace(/^\w+: /, '').slice(0, 120) : String(thrown);
}
