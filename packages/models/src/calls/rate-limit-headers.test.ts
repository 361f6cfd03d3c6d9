import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRateLimits } from './rate-limit-headers.ts';

const nothing = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  remainingRequests: null,
  remainingTokens: null,
};

it.each([
  [
    'OpenAI',
    {
      'x-ratelimit-limit-requests': '3000',
      'x-ratelimit-limit-tokens': '1000000',
      'x-ratelimit-remaining-requests': '2999',
      'x-ratelimit-remaining-tokens': '999995',
      'x-ratelimit-reset-requests': '20ms',
      'x-ratelimit-reset-tokens': '0s',
    },
    {
      requestsPerMinute: 3_000,
      tokensPerMinute: 1_000_000,
      remainingRequests: 2_999,
      remainingTokens: 999_995,
    },
  ],
  [
    'OpenAI, requests a day',
    {
      'x-ratelimit-limit-requests': '10000',
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-requests': '9990',
      'x-ratelimit-remaining-tokens': '100000',
      'x-ratelimit-reset-requests': '1m26.4s',
      'x-ratelimit-reset-tokens': '30s',
    },
    { ...nothing, tokensPerMinute: 200_000, remainingTokens: 100_000 },
  ],
  [
    'OpenAI, all of a day used',
    {
      'x-ratelimit-limit-requests': '200',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '23h59m60s',
    },
    null,
  ],
  [
    'Azure, which has no limit to tell',
    {
      'x-ratelimit-limit-tokens': '-1',
      'x-ratelimit-remaining-tokens': '-1',
      'x-ratelimit-reset-tokens': '0',
    },
    null,
  ],
  [
    'Cohere with a trial key',
    {
      'x-endpoint-monthly-call-limit': '1000',
      'x-trial-endpoint-call-limit': '100',
      'x-trial-endpoint-call-remaining': '98',
    },
    { ...nothing, requestsPerMinute: 100, remainingRequests: 98 },
  ],
  [
    'the draft of 2021',
    { 'ratelimit-limit': '100', 'ratelimit-remaining': '50', 'ratelimit-reset': '50' },
    { ...nothing, requestsPerMinute: 100, remainingRequests: 50 },
  ],
  [
    'the draft of 2021 with windows',
    { 'ratelimit-limit': '10, 10;w=1, 50;w=60, 1000;w=3600', 'ratelimit-remaining': '9' },
    { ...nothing, requestsPerMinute: 10, remainingRequests: 9 },
  ],
  [
    'the draft of 2025',
    { 'ratelimit-policy': '"burst";q=100;w=60,"daily";q=1000;w=86400', ratelimit: '"burst";r=50;t=30' },
    { ...nothing, requestsPerMinute: 100, remainingRequests: 50 },
  ],
  ['limits for a second', { 'ratelimit-policy': '20;w=1' }, { ...nothing, requestsPerMinute: 1_200 }],
  ['limits for an hour', { 'ratelimit-policy': '5000;w=3600', 'ratelimit-remaining': '4000' }, null],
  ['no such headers', { 'content-type': 'application/json' }, null],
])('reads %s', (_, headers, expected) => {
  expect(readRateLimits(new Headers(headers as Record<string, string>))).toEqual(expected);
});

it('reads only positive limits out of anything', () => {
  const names = [
    'x-ratelimit-limit-requests',
    'x-ratelimit-remaining-requests',
    'x-ratelimit-reset-requests',
    'x-ratelimit-limit-tokens',
    'x-trial-endpoint-call-limit',
    'ratelimit',
    'ratelimit-limit',
    'ratelimit-policy',
  ];
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '-1',
      '1e9',
      '9'.repeat(30),
      '"a";q=;w=60',
      '10;w=0',
      ';;',
      ',',
      '1m',
      '5ms',
      '∞',
    ),
    fc.integer().map(String),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (fields) => {
      const headers = new Headers();
      for (const [name, text] of Object.entries(fields))
        if (!/[^\x20-\x7e]/.test(text)) headers.set(name, text);
      const { requestsPerMinute = null, tokensPerMinute = null } = readRateLimits(headers) ?? {};
      for (const limit of [requestsPerMinute, tokensPerMinute]) {
        if (limit !== null) expect(limit).toBeGreaterThanOrEqual(1);
        if (limit !== null) expect(Number.isFinite(limit)).toBe(true);
      }
    }),
  );
});
