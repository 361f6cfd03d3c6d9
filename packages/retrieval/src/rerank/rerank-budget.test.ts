import { describe, expect, it } from 'vitest';
import { createRerankBudget, fewestCandidates, firstCandidates, type RerankBudget } from './rerank-budget.ts';

/** A call with no other beside it. */
function call(
  budget: RerankBudget,
  pairs: number,
  durationMs: number,
  outcome: 'done' | 'late' | 'failed' = 'done',
) {
  budget.begin('model', pairs)({ durationMs, outcome });
}

/** A budget for a model that is loaded, and was measured once since. */
function measured(pairs: number, durationMs: number): RerankBudget {
  const budget = createRerankBudget();
  call(budget, 1, 1);
  call(budget, pairs, durationMs);
  return budget;
}

describe('createRerankBudget', () => {
  it('gives as many candidates as fit the time at the measured pace', () => {
    const budget = measured(20, 200);
    expect(budget.depthFor('model', 50, 300)).toBe(30);
    expect(budget.depthFor('model', 25, 300)).toBe(25);
  });

  it('scores a few even where the time is too short, and all where there is no limit', () => {
    const budget = measured(10, 10_000);
    expect(budget.depthFor('model', 50, 300)).toBe(fewestCandidates);
    expect(budget.depthFor('model', 3, 300)).toBe(3);
    expect(budget.depthFor('model', 50, null)).toBe(50);
  });

  it('starts carefully with a model it has not seen', () => {
    expect(createRerankBudget().depthFor('new', 50, 300)).toBe(firstCandidates);
  });

  it('follows a machine that becomes slower, and recovers from one slow call', () => {
    const budget = measured(20, 1_000);
    for (let calls = 0; calls < 12; calls++) call(budget, 20, 100);
    expect(budget.depthFor('model', 50, 300)).toBeGreaterThan(45);
  });

  it('survives a call that took no measurable time', () => {
    expect(measured(20, 0).depthFor('model', 50, 300)).toBe(50);
  });

  it('forgets what calls took that may have waited for the model to be loaded', () => {
    const budget = createRerankBudget();
    const [first, second] = [budget.begin('model', 20), budget.begin('model', 20)];
    first({ durationMs: 5_000, outcome: 'done' });
    expect(budget.depthFor('model', 50, 300)).toBe(fewestCandidates);
    call(budget, 20, 200);
    // 5 ms a pair, and 20 of them are under way.
    expect(budget.depthFor('model', 80, 300)).toBe(40);
    second({ durationMs: 9_000, outcome: 'done' });
    expect(budget.depthFor('model', 80, 300)).toBe(60);
  });

  it('does not take waiting in line for slowness, and counts those in line', () => {
    const budget = measured(20, 200);
    const [first, second] = [budget.begin('model', 20), budget.begin('model', 20)];
    expect(budget.depthFor('model', 50, 600)).toBe(20);
    first({ durationMs: 200, outcome: 'done' });
    second({ durationMs: 400, outcome: 'done' });
    expect(budget.depthFor('model', 50, 300)).toBe(30);
  });

  it('learns from a call that was given up that it is slower, and never that it is faster', () => {
    const budget = measured(20, 200);
    call(budget, 20, 2_000, 'late');
    const slower = budget.depthFor('model', 50, 300);
    expect(slower).toBeLessThan(10);
    call(budget, 20, 100, 'late');
    expect(budget.depthFor('model', 50, 300)).toBe(slower);
  });

  it('learns nothing from a call that failed', () => {
    const budget = measured(20, 200);
    call(budget, 20, 9_000, 'failed');
    expect(budget.depthFor('model', 50, 300)).toBe(30);
  });
});
