import type { LearnedLimits } from '@winnow/core';

/**
 * What an answer says of the provider's limits: OpenAI's `x-ratelimit-*-requests` and `-tokens` (gateways and
 * other providers use the same), Cohere's `x-trial-endpoint-call-*` a minute, and the `RateLimit` fields that
 * the IETF drafts in its older and newer form. Limits for other times than a minute or less are left out, as
 * are values that make no sense (Azure answers -1 where it has none). Jina sends none.
 *
 * @returns null if it says nothing.
 * @see https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
 * @see https://docs.cohere.com/docs/rate-limits
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function readRateLimits(headers: Headers): LearnedLimits | null {
  const requests = openAiLimit(headers, 'requests') ?? cohereLimit(headers) ?? draftLimit(headers);
  const tokens = openAiLimit(headers, 'tokens');
  if (requests === null && tokens === null) return null;
  return {
    requestsPerMinute: requests?.perMinute ?? null,
    tokensPerMinute: tokens?.perMinute ?? null,
    remainingRequests: requests?.remaining ?? null,
    remainingTokens: tokens?.remaining ?? null,
  };
}

interface Limit {
  readonly perMinute: number;
  readonly remaining: number | null;
}

const minuteMs = 60_000;

function openAiLimit(headers: Headers, kind: 'requests' | 'tokens'): Limit | null {
  const perMinute = countOf(headers.get(`x-ratelimit-limit-${kind}`));
  if (perMinute === null || perMinute < 1) return null;
  const remaining = countOf(headers.get(`x-ratelimit-remaining-${kind}`));
  const resetMs = durationMsOf(headers.get(`x-ratelimit-reset-${kind}`) ?? '');
  return isDaily(resetMs) ? null : { perMinute, remaining };
}

/**
 * Small accounts have limits a day under the same name. What was used of a minute's limit is back within the
 * minute. One of a day that was hardly used yet looks the same, and binds nobody by its size.
 */
function isDaily(resetMs: number | null): boolean {
  return resetMs !== null && resetMs > minuteMs;
}

function cohereLimit(headers: Headers): Limit | null {
  const perMinute = countOf(headers.get('x-trial-endpoint-call-limit'));
  if (perMinute === null || perMinute < 1) return null;
  return { perMinute, remaining: countOf(headers.get('x-trial-endpoint-call-remaining')) };
}

/**
 * Older drafts: `RateLimit-Limit: 100`, `RateLimit-Remaining: 50`, `RateLimit-Policy: 100;w=60`. Newer ones:
 * `RateLimit-Policy: "default";q=100;w=60`, `RateLimit: "default";r=50;t=30`. Of several policies, the
 * strictest of those for a minute or less.
 */
function draftLimit(headers: Headers): Limit | null {
  const items = itemsOf(headers.get('ratelimit-policy') ?? headers.get('ratelimit-limit') ?? '');
  const rates = items.map(perMinuteOf).filter((perMinute) => perMinute !== null);
  if (rates.length === 0) return null;
  const left = itemsOf(headers.get('ratelimit') ?? '').map(({ parameters }) => parameters.get('r') ?? null);
  const [remaining = null] = [...left, countOf(headers.get('ratelimit-remaining'))].filter((r) => r !== null);
  return { perMinute: Math.min(...rates), remaining };
}

interface Item {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, number>;
}

/** A list of items with parameters; what is no number among these is left out. */
function itemsOf(field: string): readonly Item[] {
  return field
    .split(',')
    .filter((item) => item.trim() !== '')
    .map((item) => {
      const [value = '', ...parameters] = item.split(';').map((part) => part.trim());
      const pairs = parameters.map((parameter) => parameter.split('=').map((part) => part.trim()));
      const numbers = pairs.map(
        ([name = '', number]) => [name, countOf(number ?? null) ?? Number.NaN] as const,
      );
      return { value, parameters: new Map(numbers.filter(([, number]) => !Number.isNaN(number))) };
    });
}

/** Without a window a minute is meant; of other units than requests we know nothing. */
function perMinuteOf({ value, parameters }: Item): number | null {
  const quota = parameters.get('q') ?? countOf(value);
  const seconds = parameters.get('w') ?? 60;
  if (quota === null || quota < 1 || seconds < 1 || seconds > 60) return null;
  return (quota * 60) / seconds;
}

function countOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

/** `6m0s`, `8.64s`, `20ms`, or plain seconds. */
function durationMsOf(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(
    text,
  );
  if (match === null || text === '') return null;
  const [days, hours, minutes, seconds, milliseconds] = match.slice(1).map((part) => Number(part ?? 0));
  const wholeHours = (days ?? 0) * 24 + (hours ?? 0);
  return (wholeHours * 60 + (minutes ?? 0)) * minuteMs + (seconds ?? 0) * 1_000 + (milliseconds ?? 0);
}
