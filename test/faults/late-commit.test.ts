import { setTimeout as wait } from 'node:timers/promises';
import { elasticsearchUrl } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { heldFirst } from './scene/moments.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';

/** Elasticsearch forgets the versions of what is deleted after this; 60 s by default. */
const forgetsAfterMs = 100;

describe('a commit that comes late', () => {
  let scenario: Scenario<FullScene>;
  beforeAll(async () => {
    const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl(), perCallMs: 50, spareWorkers: 1 });
    scenario = await openScenario(opening, { pages: 12 });
    await scenario.expectWhole();
    await scenario.scene.elasticsearch.settings({ 'index.gc_deletes': `${forgetsAfterMs}ms` });
  });
  afterAll(() => scenario?.close());

  test('from a worker that froze past its locks brings back nothing older, and nothing deleted', async () => {
    const { scene, world, ingests, ended, expectWhole } = scenario;
    const [frozen] = scene.workers;
    const [other] = scene.spareWorkers;
    if (frozen === undefined || other === undefined) throw new Error('two workers');

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

  test('from a run that was canceled brings back nothing older, and nothing deleted', async () => {
    const { scene, world, ingests, expectWhole } = scenario;
    const commit = heldFirst(scene, '.chunks.write');
    const late = Promise.any(
      [...scene.workers, ...scene.spareWorkers].map(({ program }) =>
        program.logs(({ event, superseded }) => event === 'documents-indexed' && Number(superseded) > 0),
      ),
    );
    await world.edit({ created: 4, changed: 12 });
    const run = await ingests.start(AbortSignal.timeout(60_000));
    await commit.held;
    await scene.api.cancelRun(run?.run ?? '');
    await world.edit({ changed: 16 });
    await world.edit({ removed: 8 });
    const next = await ingests.ingest(AbortSignal.timeout(60_000));
    expect(next).toMatchObject({ state: 'completed' });
    await wait(10 * forgetsAfterMs);
    // Its own worker is well, and goes on where it was.
    commit.release();
    await late;
    await expectWhole();
  });
});
