import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { heldFirst } from './scene/moments.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';

describe('an Elasticsearch that is killed in the middle of a bulk request', () => {
  let scenario: Scenario<FullScene>;
  beforeAll(async () => {
    scenario = await openScenario(openFullScene({ perCallMs: 50 }), { pages: 30 });
  }, 400_000);
  afterAll(() => scenario?.close());

  test('costs no document an attempt: the run waits, and goes on by itself when it is back', async () => {
    const { scene, ingests, ended, expectWhole } = scenario;
    const bulk = heldFirst(scene, '.chunks.write');
    const run = await ingests.start(AbortSignal.timeout(60_000));
    await bulk.held;
    bulk.release();
    await scene.ownElasticsearch?.kill();
    await wait(8_000);
    await scene.ownElasticsearch?.restart();
    if (run === null) throw new Error('no run was accepted');
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { new: 30, failed: 0 } });
    await expectWhole();
  }, 400_000);
});
