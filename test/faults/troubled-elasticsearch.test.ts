import { setTimeout as wait } from 'node:timers/promises';
import { elasticsearchUrl, randomOf } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  elasticsearchBusy,
  elasticsearchBusyItems,
  elasticsearchReadOnly,
  elasticsearchRepliesLost,
  elasticsearchTakesLittle,
  elasticsearchUnavailable,
} from './injections/elasticsearch.ts';
import type { FullInjection } from './injections/injection.ts';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';

/** What happens, and for how long. */
const troubles: readonly { readonly name: string; readonly injection: FullInjection; readonly ms: number }[] =
  [
    { injection: elasticsearchBusy, ms: 3_000 },
    { injection: elasticsearchBusyItems, ms: 3_000 },
    { injection: elasticsearchUnavailable, ms: 3_000 },
    { injection: elasticsearchTakesLittle, ms: 3_000 },
    { injection: elasticsearchRepliesLost, ms: 3_000 },
  ].map((trouble) => ({ name: trouble.injection.name, ...trouble }));

describe('a run comes to the whole index, all by itself, although in the middle of it', () => {
  let scenario: Scenario<FullScene>;
  beforeAll(async () => {
    const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl(), perCallMs: 200, workers: 2 });
    scenario = await openScenario(opening, { pages: 40 });
    await scenario.expectWhole();
  });
  afterAll(() => scenario?.close());

  test.for(troubles)('$name', async ({ injection, ms }) => {
    const { scene, world, midway, ended, expectWhole } = scenario;
    const run = await midway();
    const heal = await injection.begin({ scene, world, random: randomOf(1) });
    await wait(ms);
    await heal();
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    await expectWhole();
  });

  test('Elasticsearch has no room on its disk: a worker says so, and goes on when there is', async () => {
    const { scene, world, midway, ended, expectWhole } = scenario;
    const run = await midway();
    // Nobody can write into the run's record what it waits for.
    const said = Promise.any(
      scene.workers.map(({ program }) =>
        program.logs(({ event, reason }) => event === 'run-waits-unrecorded' && reason === 'index_full'),
      ),
    );
    const heal = await elasticsearchReadOnly.begin({ scene, world, random: randomOf(1) });
    await said;
    await heal();
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    await expectWhole();
  });
});
