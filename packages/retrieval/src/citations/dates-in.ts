/** A day, month or year as it is written, and where. */
export interface WrittenDate {
  readonly start: number;
  readonly end: number;
  readonly year: number | null;
  readonly month: number;
  readonly day: number | null;
}

const names =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const day = '(?<day>\\d{1,2})(?:st|nd|rd|th)?';
const year = '(?<year>\\d{4})';
const month = `(?<name>${names})\\.?`;
const forms = [
  /(?<![\d.])(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?!\.?\d)/gu,
  /(?<year>\d{4})\s?年\s?(?<month>\d{1,2})\s?月(?:\s?(?<day>\d{1,2})\s?[日号號])?/gu,
  /(?<!\d)(?<month>\d{1,2})\s?月\s?(?<day>\d{1,2})\s?[日号號]/gu,
  new RegExp(`\\b${month}\\s+${day}\\b(?:,?\\s+${year}\\b)?`, 'giu'),
  new RegExp(`\\b${day}\\s+(?:of\\s+)?${month}(?:,?\\s+${year}\\b)?(?!\\p{L})`, 'giu'),
  new RegExp(`\\b${month},?\\s+${year}\\b`, 'giu'),
];

/**
 * The dates in a text, however they are written: `March 3, 2024`, `3 March 2024`, `2024-03-03`, `2024年3月3日`,
 * `March 2024`, `3月3日`. `03/04/2024` is none, since it is read two ways.
 */
export function datesIn(text: string): readonly WrittenDate[] {
  const found: WrittenDate[] = [];
  for (const match of forms.flatMap((form) => [...text.matchAll(form)])) {
    const { year: inYear, month: inMonth, name, day: onDay } = match.groups ?? {};
    const month = name === undefined ? Number(inMonth) : months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
    const date = {
      start: match.index,
      end: match.index + match[0].length,
      year: inYear === undefined ? null : Number(inYear),
      month,
      day: onDay === undefined ? null : Number(onDay),
    };
    const isDate = month >= 1 && month <= 12 && (date.day === null || (date.day >= 1 && date.day <= 31));
    if (isDate && !found.some(({ start, end }) => start < date.end && date.start < end)) found.push(date);
  }
  return found;
}

/** A text with blanks in the place of its dates. */
export function withoutDates(text: string): string {
  return datesIn(text).reduce(
    (left, { start, end }) => left.slice(0, start) + ' '.repeat(end - start) + left.slice(end),
    text,
  );
}
