import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListwiseNeeds, planListwise, slidingWindows, stepFor } from './plan-listwise.ts';

const needs: ListwiseNeeds = {
  passages: 20,
  longest: 300,
  fixedTokens: 400,
  outputTokens: 512,
  contextTokens: 128_000,
  budget: { maxCalls: 50, maxTokens: 100_000 },
};

describe('planListwise', () => {
  it('shows 20 passages at once, in both orders, where the model can read them', () => {
    expect(planListwise(needs)).toMatchObject({
      count: 20,
      window: 20,
      step: 10,
      passageTokens: 300,
      passes: 2,
    });
  });

  it('takes smaller windows for a shorter context, and cuts passages only below the smallest', () => {
    expect(planListwise({ ...needs, contextTokens: 4_096 })).toMatchObject({ window: 7, passageTokens: 300 });
    const short = planListwise({ ...needs, contextTokens: 2_048 });
    expect(short.window).toBe(4);
    expect(short.passageTokens).toBeLessThan(300);
  });

  it('judges the first passages in both orders rather than all in one where the budget is short', () => {
    const budget = { maxCalls: 2, maxTokens: 1_000_000 };
    expect(planListwise({ ...needs, passages: 50, budget })).toMatchObject({ count: 20, passes: 2 });
    expect(planListwise({ ...needs, budget: { ...budget, maxCalls: 1 } })).toMatchObject({ passes: 1 });
  });

  it('refuses a context or a budget that holds no call', () => {
    expect(() => planListwise({ ...needs, contextTokens: 1_024 })).toThrow(
      expect.objectContaining({ code: 'failed_precondition' }),
    );
    const budget = { maxCalls: 50, maxTokens: 1_000 };
    expect(() => planListwise({ ...needs, budget })).toThrow(
      expect.objectContaining({ code: 'resource_exhausted' }),
    );
  });

  it('never plans more than context and budget hold', () => {
    const any = fc.record({
      passages: fc.integer({ min: 1, max: 100 }),
      longest: fc.integer({ min: 1, max: 1_024 }),
      fixedTokens: fc.integer({ min: 200, max: 2_000 }),
      outputTokens: fc.integer({ min: 128, max: 512 }),
      contextTokens: fc.integer({ min: 4_096, max: 128_000 }),
      budget: fc.record({
        maxCalls: fc.integer({ min: 1, max: 60 }),
        maxTokens: fc.integer({ min: 40_000, max: 200_000 }),
      }),
    });
    fc.assert(
      fc.property(any, (given) => {
        const plan = planListwise(given);
        const { count, window, step, passageTokens, maxOutputTokens, passes } = plan;
        const callTokens = given.fixedTokens + window * passageTokens + maxOutputTokens;
        const calls = passes * slidingWindows(count, window, step).length;
        expect(callTokens).toBeLessThanOrEqual(given.contextTokens);
        expect(calls).toBeLessThanOrEqual(given.budget.maxCalls);
        expect(calls * callTokens).toBeLessThanOrEqual(given.budget.maxTokens);
        expect(count).toBeGreaterThanOrEqual(Math.min(given.passages, window));
      }),
    );
  });
});

describe('slidingWindows', () => {
  it('goes from the end to the front, as RankGPT does', () => {
    expect(slidingWindows(40, 20, 10)).toEqual([
      { start: 20, end: 40 },
      { start: 10, end: 30 },
      { start: 0, end: 20 },
    ]);
    expect(slidingWindows(25, 20, 10)).toEqual([
      { start: 5, end: 25 },
      { start: 0, end: 15 },
    ]);
    expect(slidingWindows(7, 20, 10)).toEqual([{ start: 0, end: 7 }]);
  });

  it('shows every passage, and ends at the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 20 }), (count, size) => {
        const windows = slidingWindows(count, size, stepFor(size));
        const shown = new Set(
          windows.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)),
        );
        expect(shown.size).toBe(count);
        expect(windows.at(-1)?.start).toBe(0);
        expect(windows.every(({ start, end }) => end > start && end - start <= size)).toBe(true);
      }),
    );
  });
});
