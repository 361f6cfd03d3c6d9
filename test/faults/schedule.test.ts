import { elasticsearchUrl } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { embeddedInjections, fullInjections } from './injections/catalog.ts';
import { openEmbeddedScene } from './scene/embedded-scene.ts';
import { openFullScene } from './scene/full-scene.ts';
import type { Scene } from './scene/scene.ts';
import { runSchedule, type ScheduleOptions } from './schedule/run-schedule.ts';
import { scheduleSummary } from './schedule/schedule-summary.ts';

/** The beginning of what `pnpm test:faults` does for longer and with other seeds; of this one it is ten kinds of trouble, in both modes. */
const seed = 26;
const seconds = 30;
const timeoutMs = 600_000;

describe('whatever goes wrong, every document is found whole, once and at its newest, and all comes right by itself', () => {
  test('on a data folder', { timeout: timeoutMs }, async () => {
    const scene = await openEmbeddedScene({ perCallMs: 250, diskMegabytes: 64 });
    await holds(scene, { seed, seconds, injections: embeddedInjections(scene) });
  });

  test('on servers', { timeout: timeoutMs }, async () => {
    const scene = await openFullScene({ elasticsearchUrl: elasticsearchUrl(), perCallMs: 250, workers: 2 });
    await holds(scene, { seed, seconds, injections: fullInjections(scene) });
  });
});

async function holds<Setting extends Scene>(
  scene: Setting,
  options: ScheduleOptions<Setting>,
): Promise<void> {
  onTestFinished(() => scene.close());
  const report = await runSchedule(scene, options);
  const { violations } = report.history;
  expect(violations, `${scheduleSummary(scene.backend, report)}\n${report.history.tail()}`).toEqual([]);
}
