import { describe, expect, it } from 'vitest';
import { fullestWindow, limitCalls, type ServerLimits } from './rate-limited-server.ts';

const request = {} as Parameters<ReturnType<typeof limitCalls>['admit']>[0];
const limits = { requests: 10, tokens: 1_000, windowMs: 1_000, headers: 'openai' } as const;

function scene(kind: ServerLimits['kind'], more: Partial<ServerLimits> = {}) {
  const clock = { nowMs: 10_000 };
  const calls = limitCalls({ ...limits, ...more, kind }, () => clock.nowMs);
  return { clock, calls, ask: (tokens = 1) => calls.admit(request, tokens) };
}

describe('limitCalls', () => {
  it.each(['sliding', 'fixed', 'bucket'] as const)(
    '%s: admits up to the limit, refuses, and admits again',
    (kind) => {
      const { clock, calls, ask } = scene(kind);
      for (let n = 0; n < 10; n++) expect(ask().refusal).toBeNull();
      expect(ask().refusal).toMatchObject({ status: 429 });
      clock.nowMs += 1_000;
      expect(ask().refusal).toBeNull();
      expect(ask(1_000).refusal).toMatchObject({ status: 429 });
      expect([calls.admitted.length, calls.arrived.length]).toEqual([11, 13]);
    },
  );

  it('sliding: gives back each call a window later; bucket: evenly; fixed: with the clock', () => {
    const halfWay = (kind: ServerLimits['kind']) => {
      const { clock, ask } = scene(kind);
      clock.nowMs += 600;
      for (let n = 0; n < 10; n++) ask();
      clock.nowMs += 500;
      let admitted = 0;
      while (ask().refusal === null) admitted++;
      return admitted;
    };
    expect([halfWay('sliding'), halfWay('bucket'), halfWay('fixed')]).toEqual([0, 5, 10]);
  });

  it('says in headers what OpenAI says, or nothing', () => {
    const { ask } = scene('bucket');
    expect(ask(100).headers).toMatchObject({
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '900',
      'x-ratelimit-reset-tokens': '100ms',
    });
    expect(ask(950).refusal).toMatchObject({ headers: { 'retry-after-ms': '50' } });
    const { ask: mute } = scene('bucket', { headers: 'none' });
    expect(mute(2_000)).toMatchObject({ headers: {}, refusal: { status: 429 } });
    expect(mute(2_000).refusal).not.toHaveProperty('headers');
  });
});

it('finds the fullest window wherever it begins', () => {
  const calls = [0, 400, 900, 1_000, 1_390].map((atMs) => ({ atMs, tokens: 10 }));
  expect(fullestWindow(calls, 1_000, () => 1)).toBe(4);
  expect(fullestWindow(calls, 1_000, ({ tokens }) => tokens)).toBe(40);
});
