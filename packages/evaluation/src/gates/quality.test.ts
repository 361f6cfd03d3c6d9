import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementGate } from './agreement.ts';
import {
  type FigurePair,
  type MeasuredQuality,
  qualityDifferences,
  qualityGates,
  qualityNotMeasured,
} from './quality.ts';
import { stateGate } from './state.ts';

const pair = (live: number, next: number): FigurePair => ({
  live: { 'ndcg@10': live, 'recall@100': live },
  next: { 'ndcg@10': next, 'recall@100': next },
});
const both = (pairs: readonly FigurePair[]): MeasuredQuality => ({ hybrid: pairs, dense: pairs });
const gatesOf = (measured: MeasuredQuality, margin: number) =>
  qualityGates(qualityDifferences(measured), {
    margin,
    queries: measured.hybrid.length,
    origin: 'golden queries',
  });
const figure = fc.double({ min: 0, max: 1, noNaN: true });
const pairs = fc.array(fc.tuple(figure, figure), { minLength: 1, maxLength: 40 });

describe('qualityGates', () => {
  it('passes a generation that is as good on every query, with any margin', () => {
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 40 }), figure, (figures, margin) => {
        const gates = gatesOf(both(figures.map((value) => pair(value, value))), margin);
        expect(gates.map(({ passed }) => passed)).toEqual([true, true, true, true]);
      }),
    );
  });

  it('passes one that is worse by less than the margin everywhere, and fails one that is worse by more', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { minLength: 1 }), (figures) => {
        const worseBy = (by: number) => gatesOf(both(figures.map((value) => pair(value, value - by))), 0.02);
        expect(worseBy(0.019).every(({ passed }) => passed)).toBe(true);
        expect(worseBy(0.021).some(({ passed }) => passed)).toBe(false);
      }),
    );
  });

  it('never passes where the mean itself fell by more than the margin, and says the lower end', () => {
    fc.assert(
      fc.property(pairs, figure, (given, margin) => {
        const measured = both(given.map(([live, next]) => pair(live, next)));
        for (const [at, gate] of gatesOf(measured, margin).entries()) {
          const difference = qualityDifferences(measured)[at]?.difference;
          expect(gate.value).toBe(difference?.low);
          if ((difference?.mean ?? 0) < -margin - 1e-9) expect(gate.passed).toBe(false);
        }
      }),
    );
  });

  it('looks at pairs: the same means with other partners have a wider interval', () => {
    const level = Array.from({ length: 40 }, (_, at) => at / 40);
    const paired = qualityDifferences(both(level.map((value) => pair(value, value))))[0];
    const crossed = qualityDifferences(both(level.map((value, at) => pair(value, level[39 - at] ?? 0))))[0];
    expect(paired?.difference).toMatchObject({ low: 0, high: 0 });
    expect(crossed?.difference.low).toBeLessThan(-0.1);
    expect(crossed?.difference.mean).toBeCloseTo(0, 9);
  });

  it('fails for the mode alone in which it is worse', () => {
    const same = Array.from({ length: 20 }, () => pair(0.8, 0.8));
    const worse = Array.from({ length: 20 }, () => pair(0.8, 0.5));
    const gates = gatesOf({ hybrid: same, dense: worse }, 0.02);
    expect(gates.map(({ name, passed }) => [name, passed])).toEqual([
      ['quality hybrid ndcg@10', true],
      ['quality hybrid recall@100', true],
      ['quality dense ndcg@10', false],
      ['quality dense recall@100', false],
    ]);
  });

  it('says so where there are few queries, and where there are none', () => {
    expect(gatesOf(both([pair(1, 1)]), 0)[0]?.detail).toContain('too few');
    expect(qualityNotMeasured('notes')).toMatchObject({ passed: true, value: null });
    expect(qualityNotMeasured('notes').detail).toContain('winnow golden set notes');
  });
});

describe('agreementGate', () => {
  const likenesses = [
    { overlap: 1, rankCorrelation: 1 },
    { overlap: 0.5, rankCorrelation: 0.4 },
  ];

  it('shows what was measured, and asks for nothing without a floor', () => {
    const gate = agreementGate(likenesses, null, 'recorded searches');
    expect(gate).toMatchObject({ passed: true, value: 0.75, floor: null });
    expect(gate.detail).toContain('rank-biased overlap 0.700 on 2 queries (recorded searches); 1 find');
  });

  it('fails below the floor of the corpus, and where it could not be measured against one', () => {
    expect(agreementGate(likenesses, 0.75, '').passed).toBe(true);
    expect(agreementGate(likenesses, 0.76, '').passed).toBe(false);
    expect(agreementGate([], 0.1, 'no queries')).toMatchObject({ passed: false, value: null });
    expect(agreementGate([], null, 'no queries')).toMatchObject({ passed: true, value: null });
  });
});

describe('stateGate', () => {
  it('passes for one state alone', () => {
    expect(stateGate('a', 'a').passed).toBe(true);
    expect(stateGate('a', 'b').passed).toBe(false);
  });
});
