import { AppError, type ErrorCode, errorCodes } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMsOf, decide, longestBackoffMs, longestDelayMs, type Situation } from './decide.ts';

const definition = { attempts: 3, backoffMs: 1_000 };
const firstTry: Situation = { attempt: 1, delays: 0, blameless: false };
const decideOn = (code: ErrorCode, situation: Partial<Situation> = {}) =>
  decide(new AppError(code, 'test'), { ...firstTry, ...situation }, definition, () => 0);

describe('decide', () => {
  it.each([
    ['invalid_argument', 'give-up'],
    ['not_found', 'give-up'],
    ['failed_precondition', 'give-up'],
    ['internal', 'give-up'],
    ['resource_exhausted', 'delay'],
    ['unavailable', 'retry'],
    ['deadline_exceeded', 'retry'],
    ['canceled', 'retry'],
  ] as const)('answers the first %s with %s', (code, kind) => {
    expect(decideOn(code).kind).toBe(kind);
  });

  it('gives up at the last try what it would try again before', () => {
    expect(decideOn('unavailable', { attempt: 2 }).kind).toBe('retry');
    expect(decideOn('unavailable', { attempt: 3 })).toEqual({ kind: 'give-up' });
  });

  it('puts a job off however many tries there were, since that spends none', () => {
    expect(decideOn('resource_exhausted', { attempt: 99 }).kind).toBe('delay');
  });

  it.each(errorCodes)('puts a blameless job back, whatever it threw: %s', (code) => {
    expect(decideOn(code, { attempt: 3, blameless: true })).toEqual({ kind: 'requeue' });
  });

  it('puts a job off for 10, 20, 40 and then 60 s each, where nobody says how long', () => {
    const decisions = [0, 1, 2, 3, 4].map((delays) => decideOn('resource_exhausted', { delays }));
    expect(decisions).toEqual(
      [10_000, 20_000, 40_000, 60_000, 60_000].map((delayMs) => ({ kind: 'delay', delayMs })),
    );
  });

  it('puts a job off for as long as it was asked to, up to a limit', () => {
    const asked = (retryAfterMs: number) =>
      decide(new AppError('resource_exhausted', 'test', { retryAfterMs }), firstTry, definition);
    expect(asked(2_500)).toEqual({ kind: 'delay', delayMs: 2_500 });
    expect(asked(0)).toEqual({ kind: 'delay', delayMs: 1 });
    expect(asked(86_400_000)).toEqual({ kind: 'delay', delayMs: longestDelayMs });
  });
});

describe('backoffMsOf', () => {
  it('doubles from try to try', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMsOf(attempt, 2_000, () => 0))).toEqual([
      2_000, 4_000, 8_000, 16_000,
    ]);
  });

  it('lies between half of and the full wait, and never above the longest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, backoffMs, random) => {
          const full = backoffMs === 0 ? 0 : Math.min(backoffMs * 2 ** (attempt - 1), longestBackoffMs);
          const wait = backoffMsOf(attempt, backoffMs, () => random);
          expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2));
          expect(wait).toBeLessThanOrEqual(full);
        },
      ),
    );
  });
});
