import { describe, expect, onTestFinished, test } from 'vitest';
import { diskFull } from './injections/disk.ts';
import { workerKilled } from './injections/workers.ts';
import { type EmbeddedSceneOptions, openEmbeddedScene } from './scene/embedded-scene.ts';
import { openScenario } from './scene/scenario.ts';
import { runSchedule } from './schedule/run-schedule.ts';

const seed = 20261128;

async function opened(options: EmbeddedSceneOptions) {
  const scene = await openEmbeddedScene(options);
  onTestFinished(() => scene.close());
  return scene;
}

describe('the process on a data folder', () => {
  test('can be killed with kill -9 again and again: nothing is lost, doubled or half there', async () => {
    const scene = await opened({ perCallMs: 100 });
    const report = await runSchedule(scene, { seed, seconds: 12, injections: [workerKilled] });
    expect(report.history.violations, report.history.tail()).toEqual([]);
    expect(report.troubles.length).toBeGreaterThan(1);
  });

  test('makes nothing by halves on a full disk, and goes on when there is room', async ({ skip }) => {
    const scene = await opened({ perCallMs: 100, diskMegabytes: 32 });
    skip(scene.disk === null, 'a disk of a fixed size cannot be mounted by this user');
    const report = await runSchedule(scene, { seed, seconds: 4, injections: [diskFull] });
    expect(report.history.violations, report.history.tail()).toEqual([]);
    expect(report.troubles.length).toBeGreaterThan(0);
  });

  test('ends within its grace on SIGTERM while the provider hangs, and the run goes on with the next one', async () => {
    const scenario = await openScenario(openEmbeddedScene({ perCallMs: 100 }), { pages: 60 });
    onTestFinished(() => scenario.close());
    const { scene, midway, ended, expectWhole } = scenario;
    const run = await midway();
    await scene.provider.link.set({ kind: 'silent' });
    expect(await scene.serving.terminate()).toMatchObject({ code: 0, tookMs: expect.toSatisfy(isInTime) });
    await scene.provider.link.set({ kind: 'open' });
    await scene.serving.start();
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    await expectWhole();
  });
});

/** Orchestrators kill after 10 s; half as much again for a machine that is busy with tests. */
function isInTime(tookMs: number): boolean {
  return tookMs < 15_000;
}
