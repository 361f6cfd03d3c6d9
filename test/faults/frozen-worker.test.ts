import { setTimeout as wait } from 'node:timers/promises';
import { elasticsearchUrl } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { heldFirst } from './scene/moments.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';

/** Elasticsearch forgets the versions of what is deleted after this; 60 s by default. */
const forgetsAfterMs = 100;

describe('a worker that freezes in a commit, past its locks', () => {
  let scenario: Scenario<FullScene>;
  beforeAll(async () => {
    const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl(), perCallMs: 50, spareWorkers: 1 });
    scenario = await openScenario(opening, { pages: 12 });
    await scenario.expectWhole();
  });
  afterAll(() => scenario?.close());

  test('brings back neither older versions nor deleted documents when it thaws after others went on', async () => {
    const { scene, world, ingests, ended, expectWhole } = scenario;
    const [frozen] = scene.workers;
    const [other] = scene.spareWorkers;
    if (frozen === undefined || other === undefined) throw new Error('two workers');
    await scene.elasticsearch.settings({ 'index.gc_deletes': `${forgetsAfterMs}ms` });

    const commits = heldFirst(scene, '.chunks.write');
    await world.edit({ created: 4, changed: 12 });
    const run = await ingests.start(AbortSignal.timeout(60_000));
    await commits.held;
    frozen.freeze();
    await other.start();
    if (run === null) throw new Error('no run was accepted');
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    // All of what the frozen one has in hand is old by now, and some of it gone.
    await world.edit({ changed: 16 });
    await world.edit({ removed: 8 });
    await expectWhole();
    await wait(10 * forgetsAfterMs);

    const settled = frozen.program.logs(
      ({ event, job }) => event.startsWith('job-') && job === 'documents.index',
    );
    commits.release();
    frozen.thaw();
    await settled;
    await expectWhole();
  });
});
