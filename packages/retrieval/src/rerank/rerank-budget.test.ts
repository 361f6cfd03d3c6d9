import { describe, expect, it } from 'vitest';
import { createRerankBudget, fewestCandidates, firstCandidates } from './rerank-budget.ts';

describe('createRerankBudget', () => {
  it('gives as many candidates as fit the time at the measured pace', () => {
    const budget = createRerankBudget();
    budget.observe('slow', 20, 200);
    expect(budget.depthFor('slow', 50, 300)).toBe(30);
    expect(budget.depthFor('slow', 25, 300)).toBe(25);
  });

  it('scores a few even where the time is too short, and all where there is no limit', () => {
    const budget = createRerankBudget();
    budget.observe('slow', 10, 10_000);
    expect(budget.depthFor('slow', 50, 300)).toBe(fewestCandidates);
    expect(budget.depthFor('slow', 3, 300)).toBe(3);
    expect(budget.depthFor('slow', 50, null)).toBe(50);
  });

  it('starts carefully with a model it has not seen', () => {
    expect(createRerankBudget().depthFor('new', 50, 300)).toBe(firstCandidates);
  });

  it('follows a machine that becomes slower, and recovers from one slow call', () => {
    const budget = createRerankBudget();
    budget.observe('model', 20, 1_000);
    for (let call = 0; call < 12; call++) budget.observe('model', 20, 100);
    expect(budget.depthFor('model', 50, 300)).toBeGreaterThan(45);
  });

  it('survives a call that took no measurable time', () => {
    const budget = createRerankBudget();
    budget.observe('fast', 20, 0);
    expect(budget.depthFor('fast', 50, 300)).toBe(50);
  });
});
