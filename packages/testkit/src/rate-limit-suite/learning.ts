import { describe, expect, it } from 'vitest';
import {
  benchPerTest,
  type CreateRateLimitState,
  minuteMs,
  requests,
  silence,
  tokens,
  unlimited,
} from './harness.ts';

const hurried = { priority: 'interactive' } as const;

export function describeLearning(create: CreateRateLimitState): void {
  describe('learning', () => {
    const bench = benchPerTest(create);

    it('keeps to the limits that the provider says, and to new ones when it says others', async () => {
      const { state, take, within, now } = bench();
      const passed = (requestsPerMinute: number) =>
        state.passed('key', { takenAtMs: now(), deltaTokens: 0, said: { ...silence, requestsPerMinute } });
      await take();
      await passed(60);
      const slow = await within(2 * minuteMs, () => ({}));
      expect(slow.length / 2).toBeLessThanOrEqual(61);
      await passed(600);
      const fast = await within(2 * minuteMs, () => ({}));
      expect(fast.length / 2).toBeGreaterThanOrEqual(540);
    });

    it('keeps to the lower of what the user allows and what the provider says', async () => {
      const { state, take, now } = bench();
      await take(hurried);
      const said = { ...silence, requestsPerMinute: 5, tokensPerMinute: 1_000 };
      await state.passed('key', { takenAtMs: now(), deltaTokens: 0, said });
      expect((await take({ ...hurried, limits: requests(1) })).admitted).toBe(false);
      expect((await take({ ...hurried, tokens: 500, limits: tokens(100) })).admitted).toBe(true);
      expect((await take({ ...hurried, tokens: 600, limits: tokens(9_000) })).admitted).toBe(false);
      expect((await take({ ...hurried, limits: requests(100) })).admitted).toBe(true);
    });

    it('slows bulk calls down where less remains than it thought, since others use the key too', async () => {
      const { state, take, now } = bench();
      const { takenAtMs } = await take();
      const said = { ...silence, requestsPerMinute: 600, remainingRequests: 0 };
      await state.passed('key', { takenAtMs, deltaTokens: 0, said });
      expect(await take()).toMatchObject({ admitted: false });
      expect(now()).toBe(takenAtMs);
      expect((await take(hurried)).admitted).toBe(true);
    });

    it('admits nobody for as long as the provider asked', async () => {
      const { state, take, pass } = bench();
      const { takenAtMs } = await take();
      await state.refused('key', { takenAtMs, tokens: 1, forMs: 20_000 });
      expect(await take()).toMatchObject({ admitted: false, waitMs: 20_000 });
      expect(await take(hurried)).toMatchObject({ admitted: false, waitMs: 20_000 });
      pass(20_000);
      expect((await take(hurried)).admitted).toBe(true);
    });

    it('believes no provider that asks for more than ten minutes', async () => {
      const { state, take } = bench();
      const { takenAtMs } = await take();
      await state.refused('key', { takenAtMs, tokens: 1, forMs: 86_400_000 });
      expect((await take()).waitMs).toBe(600_000);
    });

    it('pauses twice as long after each refusal, up to a minute, and anew after a call that passed', async () => {
      const { state, take, pass } = bench();
      const pauses: number[] = [];
      const refuse = async () => {
        const { takenAtMs } = await take(hurried);
        await state.refused('key', { takenAtMs, tokens: 1, forMs: null });
        pauses.push((await take(hurried)).waitMs);
        pass(pauses.at(-1) ?? 0);
      };
      for (let n = 0; n < 13; n++) await refuse();
      expect(pauses.slice(0, 5)).toEqual([50, 100, 200, 400, 800]);
      expect(pauses.slice(-2)).toEqual([60_000, 60_000]);
      const { takenAtMs } = await take(hurried);
      await state.passed('key', { takenAtMs, deltaTokens: 0, said: null });
      await refuse();
      expect(pauses.at(-1)).toBe(50);
    });

    it('takes refusals of calls that were made side by side for one', async () => {
      const { state, take, pass } = bench();
      const made = [await take(), await take(), await take()];
      for (const { takenAtMs } of made) {
        pass(1);
        await state.refused('key', { takenAtMs, tokens: 1, forMs: null });
      }
      expect((await take()).waitMs).toBe(50);
    });

    it('finds the limit of a provider that says nothing of it by a few refusals, and tries for more again later', async () => {
      const { state, admitted, now } = bench();
      /** Has calls made for a minute, of which the provider lets so many through. */
      const minute = async (allowed: number) => {
        const [arrived, endMs]: [number[], number] = [[], now() + minuteMs];
        let refusals = 0;
        while (now() < endMs) {
          const { takenAtMs } = await admitted();
          if (arrived.filter((at) => at > now() - minuteMs).length >= allowed) {
            refusals += 1;
            await state.refused('key', { takenAtMs, tokens: 1, forMs: null });
          } else {
            arrived.push(now());
            await state.passed('key', { takenAtMs, deltaTokens: 0, said: null });
          }
        }
        return { passed: arrived.length, refusals };
      };
      await minute(200);
      for (let minutes = 0; minutes < 5; minutes++) {
        const { passed, refusals } = await minute(200);
        expect(passed).toBeGreaterThanOrEqual(0.9 * 200);
        expect(refusals).toBeLessThanOrEqual(6);
      }
      for (let minutes = 0; minutes < 3; minutes++) await minute(2_000);
      expect((await minute(2_000)).passed).toBeGreaterThan(1_000);
    });

    it('finds out within minutes that what was refused while next to nothing was asked for is no limit', async () => {
      const { state, take, pass, within } = bench();
      // A question, and then a provider that is unwell for a moment.
      await take({ ...hurried, tokens: 10 });
      for (let n = 0; n < 2; n++) {
        const { takenAtMs } = await take({ ...hurried, tokens: 10 });
        await state.refused('key', { takenAtMs, tokens: 10, forMs: null });
        pass(1_000);
      }
      pass(2 * minuteMs);
      const calls = await within(minuteMs, () => ({ tokens: 100 }));
      expect(calls.length).toBeGreaterThan(300);
    });

    it('believes what a provider says before what its refusals told', async () => {
      const { state, take, pass } = bench();
      for (let n = 0; n < 3; n++) await take();
      let takenAtMs = 0;
      for (let n = 0; n < 2; n++) {
        ({ takenAtMs } = await take());
        await state.refused('key', { takenAtMs, tokens: 1, forMs: null });
        pass(1_000);
      }
      expect((await take(hurried)).admitted).toBe(false);
      const said = { ...silence, requestsPerMinute: 500, tokensPerMinute: 500 };
      await state.passed('key', { takenAtMs, deltaTokens: 0, said });
      for (let n = 0; n < 100; n++) expect((await take(hurried)).admitted).toBe(true);
    });

    it('takes a single refusal among many calls for a hiccup, not for a limit', async () => {
      const { state, take, pass, within } = bench();
      await within(minuteMs, () => ({ limits: requests(300) }));
      const { takenAtMs } = await take();
      await state.refused('key', { takenAtMs, tokens: 1, forMs: null });
      pass(50);
      for (let n = 0; n < 500; n++) expect((await take({ limits: unlimited })).admitted).toBe(true);
    });

    it('gives back the tokens of a refused call', async () => {
      const { state, take, pass } = bench();
      const large = { ...hurried, tokens: 900, limits: tokens(1_000) };
      const { takenAtMs } = await take(large);
      await state.refused('key', { takenAtMs, tokens: 900, forMs: null });
      pass(50);
      expect((await take(large)).admitted).toBe(true);
    });
  });
}
