/** Hours of the day; may go over midnight. */
export interface Window {
  /** `HH:MM`, the first minute. */
  readonly from: string;
  /** `HH:MM`, the first minute that is outside again; the same as `from`: the whole day. */
  readonly to: string;
}

/** Hours of the day somewhere, in which a run may work. */
export interface RunWindow extends Window {
  /** Of the IANA list, as `Asia/Shanghai`. */
  readonly timeZone: string;
}

const minuteMs = 60_000;
const minutesOfDay = 24 * 60;
/** Within two days every minute of the clock comes, also where one of the days lacks an hour. */
const searchedMinutes = 2 * minutesOfDay;

/** Whether a time is within the window, by the clock on the wall there. */
export function isWithin(window: RunWindow, at: Date): boolean {
  const from = minuteOf(window.from);
  const to = minuteOf(window.to);
  const minute = minuteOnTheWall(window.timeZone, at);
  // From a time to the same one leaves nothing out.
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

/**
 * The first moment at or after a time that is within the window. Where the clocks are put forward over all of a
 * window, that is on the next day.
 */
export function opensAt(window: RunWindow, at: Date): Date {
  if (isWithin(window, at)) return at;
  const first = Math.floor(at.getTime() / minuteMs) * minuteMs;
  for (let minute = 1; minute <= searchedMinutes; minute++) {
    const candidate = new Date(first + minute * minuteMs);
    if (isWithin(window, candidate)) return candidate;
  }
  return new Date(first + searchedMinutes * minuteMs);
}

/** Minutes since midnight of a time such as `22:30`. */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function minuteOnTheWall(timeZone: string, at: Date): number {
  return minuteOf(clockOf(timeZone).format(at));
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** One for each zone: making it costs far more than asking it. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}
