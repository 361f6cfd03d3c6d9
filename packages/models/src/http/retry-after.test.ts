import { expect, it } from 'vitest';
import { retryAfterOf } from './retry-after.ts';

const now = Date.parse('2026-11-23T10:00:00Z');

it.each([
  [{ 'retry-after-ms': '1500' }, 1_500],
  [{ 'retry-after': '20' }, 20_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after': '86400' }, 600_000],
  [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' }, 360_000],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1.2s' }, 1_200],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' }, 20],
  [{ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '1h' }, null],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('reads %j as %s ms', (headers, expected) => {
  expect(retryAfterOf(new Headers(headers as Record<string, string>), now)).toBe(expected);
});

it('does not know without headers', () => {
  expect(retryAfterOf(undefined, now)).toBeNull();
});
