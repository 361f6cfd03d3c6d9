import { elasticsearchUrl } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../harness/until.ts';
import { type BuildMoments, embeddedMoments, fullMoments } from './scene/build-moments.ts';
import { type Builds, buildsOf } from './scene/builds.ts';
import { openEmbeddedScene } from './scene/embedded-scene.ts';
import { openFullScene } from './scene/full-scene.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';
import type { Scene } from './scene/scene.ts';
import type { Slot } from './scene/slot.ts';
import { stampOf } from './world/page.ts';

const pages = 60;
/** Whatever is killed has to be at work again, a wait for the provider to be over, and all looked at. */
const timeoutMs = 240_000;

/** More than one call of the provider, so that there is something between the first and the last. */
async function onDataFolder() {
  const scenario = await openScenario(openEmbeddedScene({ perCallMs: 50 }), { pages });
  return { scenario, moments: embeddedMoments(scenario.scene) };
}

async function onServers() {
  const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl(), perCallMs: 50 });
  const scenario = await openScenario(opening, { pages });
  return { scenario, moments: fullMoments(scenario.scene) };
}

describe.each([
  ['on a data folder', onDataFolder],
  ['on servers', onServers],
] as const)('a process that is killed with kill -9, %s,', { timeout: timeoutMs }, (_, open) => {
  let scenario: Scenario<Scene>;
  let moments: BuildMoments;
  let builds: Builds;
  beforeAll(async () => {
    ({ scenario, moments } = await open());
    builds = buildsOf(scenario);
    await scenario.expectWhole();
  });
  afterAll(() => scenario?.close());

  test('while it builds: the build goes on, asks for nothing twice that it had, and is switched to', async () => {
    const { scene, ended } = scenario;
    const before = await builds.live();
    const embedding = callOfOtherModel(scenario);
    const run = await builds.begin();
    await embedding;
    await killed(scene.workers[0]);
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    await switchedAndDropped(before.generation, run.generation);
  });

  test('while a build looks once more at what syncs have changed meanwhile: it has all of it in the end', async () => {
    const { scene, world, ingests, ended } = scenario;
    const before = await builds.live();
    // The other model knows all that was there when it was live: without a new text it would ask for nothing, and be held by nothing.
    await world.edit({ changed: 3 });
    await ingests.ingest(AbortSignal.timeout(60_000));
    holdBuilds(before.embedder);
    const run = await builds.begin();
    // What it scans after the change is nothing that it would have to follow.
    await until(
      'the first scan is over',
      () => scene.api.showRun(run.run),
      ({ state }) => state === 'running',
    );
    await world.edit({ created: 5, changed: 10, removed: 5 });
    await ingests.ingest(AbortSignal.timeout(60_000));
    const following = Promise.any(
      scene.workers.map(({ program }) => program.logs(({ event }) => event === 'build-follows')),
    );
    scene.provider.refuse = () => null;
    await following;
    await killed(scene.workers[0]);
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    await switchedAndDropped(before.generation, run.generation);
  });

  test('when a build is ready: it is there to be switched to', async () => {
    const { scene } = scenario;
    const before = await builds.live();
    const { generation } = await builds.build();
    for (const slot of new Set([scene.serving, ...scene.workers])) await killed(slot);
    await switchedAndDropped(before.generation, generation);
  });

  test('right after it has switched readers, before it tells anybody or just then: they are switched, once', async () => {
    const before = await builds.live();
    const { generation } = await builds.build();
    await builds.verify(generation);
    // On a data folder the line of the log and the answer follow the switch at once: either may be heard first.
    await killedAt(moments.switched(generation), builds.promote, { orAnswered: true });
    expect(await builds.live()).toMatchObject({ generation });
    await expect(builds.promote()).rejects.toMatchObject({ code: 'failed_precondition' });
    await dropped(before.generation, generation);
  });

  test('while it removes the generation before: what is left of it goes by itself', async () => {
    const before = await builds.live();
    const { generation } = await builds.build();
    await builds.verify(generation);
    await builds.promote();
    await killedAt(moments.removing(), () => builds.drop(before.generation));
    await builds.expectOnly(generation);
    await scenario.expectWhole();
  });

  test.each(['canceled', 'removing'] as const)(
    'while it cancels a build (%s): what is left of it goes by itself, and another can be built',
    async (moment) => {
      const { scene } = scenario;
      const before = await builds.live();
      holdBuilds(before.embedder);
      const run = await builds.begin();
      await killedAt(moments[moment](), () => scene.api.cancelRun(run.run));
      scene.provider.refuse = () => null;
      await builds.expectOnly(before.generation);
      expect(await scene.api.showRun(run.run)).toMatchObject({ state: 'canceled' });
      const { generation } = await builds.build();
      expect(generation).toBeGreaterThan(run.generation);
      await switchedAndDropped(before.generation, generation);
    },
  );

  async function switchedAndDropped(before: number, generation: number): Promise<void> {
    await scenario.expectWhole();
    await builds.verify(generation);
    expect(await builds.promote()).toMatchObject({ live: generation, before, gap: { documents: 0 } });
    await dropped(before, generation);
  }

  async function dropped(before: number, generation: number): Promise<void> {
    await builds.drop(before);
    await builds.expectOnly(generation);
    await scenario.expectWhole();
  }

  /** Kills the process that serves at a moment of what it is asked for, or when it has answered if that may come first. */
  async function killedAt(
    moment: Promise<void>,
    ask: () => Promise<unknown>,
    { orAnswered = false } = {},
  ): Promise<void> {
    const answered = () => {
      if (!orAnswered) throw new Error('it was answered before the moment');
    };
    await Promise.race([moment, ask().then(answered, () => moment)]);
    const { serving } = scenario.scene;
    await serving.kill();
    await serving.start();
  }

  /** Keeps builds with the other model from coming to their end; they can be begun. */
  function holdBuilds(live: string): void {
    scenario.scene.provider.refuse = (texts, model) =>
      isOther(model, live) && texts.some((text) => stampOf(text) !== null)
        ? { kind: 'status', status: 503 }
        : null;
  }
});

async function killed(slot: Slot | undefined): Promise<void> {
  await slot?.kill();
  await slot?.start();
}

/** By the provider's own names. */
function isOther(model: string, live: string): boolean {
  return `openai:${model}` !== live;
}

async function callOfOtherModel({ scene: { provider, api }, corpus }: Scenario<Scene>): Promise<void> {
  const known = await api.generations(corpus);
  const live = known.generations.find(({ generation }) => generation === known.live)?.embedder ?? '';
  while (!isOther((await provider.nextCall()).model, live));
}
