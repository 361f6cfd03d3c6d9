import { elasticsearchUrl } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { moments } from './scene/moments.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';

/** Texts that a worker has in hand when it is killed: two sub-batches of one call each, in this world. */
const inHand = 2 * 32;

describe('a worker', () => {
  let scenario: Scenario<FullScene>;
  beforeAll(async () => {
    const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl(), perCallMs: 100 });
    scenario = await openScenario(opening, { pages: 10 });
    await scenario.expectWhole();
  });
  afterAll(() => scenario?.close());

  test.for(moments)(
    'that is killed with kill -9 while $name is followed by another: nothing is lost, doubled or paid for twice',
    async (moment) => {
      const { scene, world, ingests, ended, expectWhole } = scenario;
      await world.edit({ created: 20, changed: 10, removed: 3 });
      const repeatedBefore = repeated(scene);
      const reached = moment.reached(scene);
      const run = await ingests.start(AbortSignal.timeout(60_000));
      await reached;
      const [worker] = scene.workers;
      await worker?.kill();
      await worker?.start();
      if (run === null) throw new Error('no run was accepted');
      expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
      await expectWhole();
      expect(repeated(scene) - repeatedBefore).toBeLessThanOrEqual(inHand);
    },
  );

  test('that is told to end by SIGTERM while the provider hangs hands its jobs back within its grace', async () => {
    const { scene, midway, ended, expectWhole } = scenario;
    const run = await midway();
    await scene.provider.link.set({ kind: 'silent' });
    const [worker] = scene.workers;
    expect(await worker?.terminate()).toMatchObject({ code: 0, tookMs: expect.toSatisfy(isInTime) });
    await scene.provider.link.set({ kind: 'open' });
    await worker?.start();
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    await expectWhole();
  });
});

/** Orchestrators kill after 10 s; half as much again for a machine that is busy with tests. */
function isInTime(tookMs: number): boolean {
  return tookMs < 15_000;
}

/** Times that a text was asked for again. */
function repeated({ provider }: FullScene): number {
  return [...provider.asked.values()].reduce((sum, times) => sum + times.length - 1, 0);
}
