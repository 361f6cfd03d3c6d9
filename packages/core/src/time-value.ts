const day = /^\d{4}-\d{2}-\d{2}$/;
/** As ISO 8601 and PostgreSQL write it. */
const moment =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** As mails write it: `Mon, 2 Nov 2026 10:00:00 +0100`. */
const mailDate =
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|GMT|UTC)$/;
/** Of seconds since 1970, the year 5138; of milliseconds, March 1973. */
const leastMilliseconds = 100_000_000_000;

/**
 * A moment as it stands in data, in milliseconds since 1970: a day, a day with time (of UTC where no zone is said), a
 * mail's date, or seconds or milliseconds since 1970.
 * @returns null for what cannot be told for sure, such as 3/4/2026.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') {
    return Number.isFinite(value)
      ? Math.round(Math.abs(value) < leastMilliseconds ? value * 1_000 : value)
      : null;
  }
  if (typeof value !== 'string') return null;
  const found = Date.parse(spelledOut(value.trim()));
  return Number.isNaN(found) ? null : found;
}

function spelledOut(text: string): string {
  if (mailDate.test(text) || isDay(text)) return text;
  const [, date = '', time = '', zone = 'Z'] = moment.exec(text) ?? [];
  if (!isDay(date)) return '';
  const full = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return `${date}T${time.replace(',', '.')}${full.toUpperCase()}`;
}

/** Not the 30th of February, which would be taken for a day in March. */
function isDay(text: string): boolean {
  if (!day.test(text)) return false;
  const found = new Date(text);
  return !Number.isNaN(found.getTime()) && found.toISOString().startsWith(text);
}
