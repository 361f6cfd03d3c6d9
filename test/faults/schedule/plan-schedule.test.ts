import { describe, expect, it } from 'vitest';
import type { Injection } from '../injections/injection.ts';
import { redisCutOff, redisFlushed } from '../injections/redis.ts';
import { sourceUnmounted } from '../injections/source.ts';
import { workerFrozen, workerKilled } from '../injections/workers.ts';
import type { FullScene } from '../scene/full-scene.ts';
import { planSchedule } from './plan-schedule.ts';

const injections: readonly Injection<FullScene>[] = [
  workerKilled,
  workerFrozen,
  redisCutOff,
  redisFlushed,
  sourceUnmounted,
];

describe('planSchedule', () => {
  it('plans the same for the same seed, and something else for another', () => {
    const plans = [7, 7, 8].map((seed) => planSchedule(injections, { seed, seconds: 120 }));
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[2]).not.toEqual(plans[0]);
  });

  it('has no part in two troubles at once, some troubles overlap, and none begins too late', () => {
    const steps = planSchedule(injections, { seed: 7, seconds: 600 });
    const overlaps = steps.filter((step, at) => step.at < endOf(steps[at - 1]));
    expect(overlaps.length).toBeGreaterThan(steps.length / 10);
    for (const [at, step] of steps.entries()) {
      const before = steps.slice(0, at).filter(({ injection }) => injection.part === step.injection.part);
      for (const earlier of before) expect(endOf(earlier)).toBeLessThan(step.at);
      expect(endOf(step)).toBeLessThanOrEqual(600.1);
    }
    expect(new Set(steps.map(({ injection }) => injection))).toEqual(new Set(injections));
  });
});

function endOf(step: { readonly at: number; readonly lasts: number } | undefined): number {
  return step === undefined ? 0 : step.at + step.lasts;
}
