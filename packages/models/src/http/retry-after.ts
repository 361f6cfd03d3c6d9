/** A longer wait than this is not believed. */
const maxWaitMs = 10 * 60_000;

/**
 * How long a 429 asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date, or the longest of
 * `x-ratelimit-reset-requests` and `-tokens` among those that are used up.
 * @param nowMs since the epoch.
 * @returns 0 to 600,000 ms; null if it does not say.
 * @see https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
 */
export function retryAfterOf(headers: Headers | undefined, nowMs: number): number | null {
  const wait =
    secondsOf(headers?.get('retry-after-ms'), 0.001) ??
    secondsOf(headers?.get('retry-after'), 1) ??
    untilDate(headers?.get('retry-after'), nowMs) ??
    resetOf(headers);
  return wait === null ? null : Math.min(Math.max(Math.ceil(wait), 0), maxWaitMs);
}

function secondsOf(text: string | null | undefined, unit: number): number | null {
  if (text === null || text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return null;
  return Number(text) * unit * 1_000;
}

function untilDate(text: string | null | undefined, nowMs: number): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at - nowMs;
}

function resetOf(headers: Headers | undefined): number | null {
  const waits = ['requests', 'tokens']
    .filter((kind) => headers?.get(`x-ratelimit-remaining-${kind}`) === '0')
    .map((kind) => durationOf(headers?.get(`x-ratelimit-reset-${kind}`) ?? ''))
    .filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.max(...waits);
}

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `6m0s`, `1.2s`, `20ms`. */
function durationOf(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return null;
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (unitsMs.get(unit ?? '') ?? 0), 0);
}
