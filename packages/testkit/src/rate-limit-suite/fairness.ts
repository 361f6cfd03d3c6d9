import { describe, expect, it } from 'vitest';
import { benchPerTest, type CreateRateLimitState, minuteMs, requests, tokens } from './harness.ts';

export function describeFairness(create: CreateRateLimitState): void {
  describe('whose turn it is', () => {
    const bench = benchPerTest(create);

    it('admits an interactive call at once while bulk calls are at their limit', async () => {
      const { take, within } = bench();
      const limits = requests(100);
      await take({ priority: 'interactive', limits });
      await within(2 * minuteMs, () => ({ limits }));
      for (let n = 0; n < 2; n++) {
        expect(await take({ priority: 'interactive', limits })).toMatchObject({ admitted: true });
      }
    });

    it('takes nothing from bulk calls on a key that sees no interactive ones', async () => {
      const made = await bench().within(4 * minuteMs, () => ({ limits: requests(20) }));
      expect(made.length).toBeGreaterThanOrEqual(4 * 19);
    });

    it('does not pace interactive calls: a question may need several', async () => {
      const { take } = bench();
      for (let n = 0; n < 10; n++) {
        expect((await take({ priority: 'interactive', limits: requests(10) })).admitted).toBe(true);
      }
    });

    it('admits no bulk call while an interactive one waits, and goes on when it no longer asks', async () => {
      const { take, pass } = bench();
      const limits = tokens(1_000);
      await take({ tokens: 400, priority: 'interactive', limits });
      pass(2_000);
      await take({ tokens: 550, priority: 'interactive', limits });
      pass(57_000);
      expect((await take({ tokens: 100, priority: 'interactive', limits })).waitMs).toBeLessThanOrEqual(
        3_000,
      );
      const bulk = await take({ tokens: 1, limits });
      expect(bulk).toMatchObject({ admitted: false, waitMs: 1_000 });
      pass(bulk.waitMs);
      expect((await take({ tokens: 1, limits })).admitted).toBe(true);
    });

    it('does not hold bulk calls up for an interactive one that would wait too long', async () => {
      const { take } = bench();
      const limits = tokens(1_000);
      await take({ tokens: 900, priority: 'interactive', limits });
      expect((await take({ tokens: 500, priority: 'interactive', limits })).waitMs).toBeGreaterThan(3_000);
      expect((await take({ tokens: 1, limits })).admitted).toBe(true);
    });

    it('lets callers take turns, whoever asks oftenest and whatever the sizes of their calls', async () => {
      const { take, pass } = bench();
      const limits = tokens(60_000);
      const sizes = { small: 100, large: 5_000 };
      const sums = { small: 0, large: 0 };
      for (let ms = 0; ms < 2 * minuteMs; ms += 100) {
        for (let n = 0; n < 3; n++) {
          if ((await take({ tokens: sizes.small, limits, caller: 'small' })).admitted) sums.small++;
        }
        if ((await take({ tokens: sizes.large, limits, caller: 'large' })).admitted) sums.large++;
        pass(100);
      }
      expect(sums.large).toBeGreaterThanOrEqual(20);
      expect(sums.small).toBeGreaterThanOrEqual(20);
    });

    it('does not wait for a caller that is gone', async () => {
      const { take, within } = bench();
      const limits = tokens(60_000);
      await within(minuteMs, () => ({ tokens: 100, limits }));
      const { waitMs } = await take({ tokens: 9_000, limits, caller: 'gone' });
      expect(waitMs).toBeGreaterThan(5_000);
      await within(minuteMs, () => ({ tokens: 100, limits }));
      const made = await within(minuteMs, () => ({ tokens: 100, limits }));
      expect(made.length).toBeGreaterThanOrEqual(570);
    });
  });
}
