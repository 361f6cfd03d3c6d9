import { AppError } from './errors.ts';

const pattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * The moment that a text of ISO 8601 names: a date, which begins in UTC, or a date and time with its zone.
 * @throws AppError `invalid_argument` if it names none.
 */
export function instantOf(iso: string): Date {
  const instant = pattern.test(iso) ? new Date(iso) : null;
  if (instant !== null && !Number.isNaN(instant.getTime())) return instant;
  throw new AppError(
    'invalid_argument',
    `${JSON.stringify(iso.slice(0, 40))} is neither a date such as 2026-11-23 nor a time such as 2026-11-23T08:00:00Z`,
  );
}
