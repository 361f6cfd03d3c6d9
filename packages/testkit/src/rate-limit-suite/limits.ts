import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArrivedCall, fullestWindow } from '../providers/rate-limited-server.ts';
import { benchPerTest, type CreateRateLimitState, minuteMs, requests, tokens } from './harness.ts';

/** A call may take this much longer to the provider than another, and no window of the provider's is too full. */
const unevennessMs = 1_000;

const one = () => 1;
const size = (call: ArrivedCall) => call.tokens;

export function describeLimits(create: CreateRateLimitState): void {
  describe('limits', () => {
    const bench = benchPerTest(create);

    it('admits everything while no limit is known', async () => {
      for (let n = 0; n < 500; n++) {
        expect(await bench().take({ tokens: 1_000_000 })).toMatchObject({ admitted: true, waitMs: 0 });
      }
    });

    it.each([7, 60, 300])(
      'lets %i requests a minute through, and at least 95 % of that, in any minute',
      async (perMinute) => {
        const made = await bench().within(4 * minuteMs, () => ({ limits: requests(perMinute) }));
        expect(fullestWindow(made, minuteMs, one)).toBeLessThanOrEqual(perMinute);
        expect(made.length / 4).toBeGreaterThanOrEqual(0.95 * perMinute);
      },
    );

    it('lets as many tokens a minute through as there may be, and at least 95 % of that, with calls of many sizes', async () => {
      const perMinute = 400_000;
      const sizes = [3_000, 10, 800, 8_000, 1, 1_500, 5_000];
      const made = await bench().within(4 * minuteMs, (n) => ({
        tokens: sizes[n % sizes.length] ?? 1,
        limits: tokens(perMinute),
      }));
      expect(fullestWindow(made, minuteMs, size)).toBeLessThanOrEqual(perMinute);
      expect(made.reduce((sum, call) => sum + call.tokens, 0) / 4).toBeGreaterThanOrEqual(0.95 * perMinute);
    });

    it('overfills no window of the provider, though some calls take a second longer to get there', async () => {
      const { take, pass, now } = bench();
      const arrived: ArrivedCall[] = [];
      const wanted = { priority: 'interactive', limits: requests(10) } as const;
      for (let minute = 0; minute < 6; minute++) {
        // Each burst ends at another moment of the second, since the log forgets by parts of one.
        pass(70_000 + minute * 97);
        for (let n = 0; n < 10; n++) {
          expect((await take(wanted)).admitted).toBe(true);
          arrived.push({ atMs: now() + unevennessMs, tokens: 1 });
        }
        for (let refused = await take(wanted); !refused.admitted; refused = await take(wanted)) {
          pass(refused.waitMs);
        }
        arrived.push({ atMs: now(), tokens: 1 });
      }
      expect(fullestWindow(arrived, minuteMs, one)).toBeLessThanOrEqual(10);
    });

    it('spreads bulk calls over the minute instead of sending them all at once', async () => {
      const made = await bench().within(minuteMs, () => ({ limits: requests(600) }));
      expect(fullestWindow(made, 2_000, one)).toBeLessThanOrEqual(600 / 20);
    });

    it('overfills no window with any order of calls, waits and priorities', async () => {
      const step = fc.record({
        waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
        tokens: fc.integer({ min: 0, max: 500 }),
        priority: fc.constantFrom('bulk' as const, 'interactive' as const),
        caller: fc.constantFrom('one', 'two', 'three'),
      });
      const { state, now, pass } = bench();
      const limits = { requestsPerMinute: 12, tokensPerMinute: 2_000 };
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
          const made: ArrivedCall[] = [];
          const key = `round-${round++}`;
          for (const { waitMs, ...call } of steps) {
            pass(waitMs);
            const { admitted } = await state.take(key, { ...call, limits });
            if (admitted) made.push({ atMs: now(), tokens: call.tokens });
          }
          expect(fullestWindow(made, minuteMs, one)).toBeLessThanOrEqual(12);
          expect(fullestWindow(made, minuteMs, size)).toBeLessThanOrEqual(2_000);
        }),
        { numRuns: 30 },
      );
    });

    it('admits a call that is as large as the limit, and one that is larger', async () => {
      const { admitted, now } = bench();
      const startMs = now();
      await admitted({ tokens: 900, limits: tokens(1_000) });
      await admitted({ tokens: 1_000, limits: tokens(1_000) });
      await admitted({ tokens: 5_000, limits: tokens(1_000) });
      expect(now() - startMs).toBeLessThan(3 * minuteMs);
    });

    it('admits calls one by one where a single request a minute is allowed', async () => {
      const made = await bench().within(10 * minuteMs, (n) => ({
        limits: requests(1),
        priority: n % 3 === 0 ? 'interactive' : 'bulk',
      }));
      expect(fullestWindow(made, minuteMs, one)).toBe(1);
      expect(made.length).toBeGreaterThanOrEqual(5);
    });

    it('counts what a call took instead of what it was thought to take', async () => {
      const { state, take } = bench();
      const limits = tokens(1_000);
      const { takenAtMs } = await take({ tokens: 900, priority: 'interactive', limits });
      const next = { tokens: 500, priority: 'interactive', limits } as const;
      expect((await take(next)).admitted).toBe(false);
      await state.passed('key', { takenAtMs, deltaTokens: -600, said: null });
      expect((await take(next)).admitted).toBe(true);
      await state.passed('key', { takenAtMs, deltaTokens: 150, said: null });
      expect((await take({ ...next, tokens: 100 })).admitted).toBe(false);
      expect((await take({ ...next, tokens: 50 })).admitted).toBe(true);
    });

    it('keeps keys apart', async () => {
      const { take } = bench();
      const call = { priority: 'interactive', limits: requests(1) } as const;
      expect((await take(call, 'one')).admitted).toBe(true);
      expect((await take(call, 'one')).admitted).toBe(false);
      expect((await take(call, 'two')).admitted).toBe(true);
    });

    it('goes on when its clock is put back', async () => {
      const { take, pass, admitted } = bench();
      await take({ limits: requests(10) });
      pass(-5 * minuteMs);
      for (let n = 0; n < 20; n++) await admitted({ limits: requests(10) });
    });

    it('answers unavailable once it is closed', async () => {
      const { state, take } = bench();
      await state.close();
      await expect(take()).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
