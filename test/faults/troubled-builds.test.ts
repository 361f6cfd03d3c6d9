import { elasticsearchUrl, vectorFaults } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Builds, buildsOf } from './scene/builds.ts';
import { openEmbeddedScene } from './scene/embedded-scene.ts';
import { openFullScene } from './scene/full-scene.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';
import type { Scene } from './scene/scene.ts';
import { stampOf } from './world/page.ts';

const timeoutMs = 240_000;

describe.each<[string, () => Promise<Scene>]>([
  ['on a data folder', () => openEmbeddedScene()],
  ['on servers', () => openFullScene({ elasticsearchUrl: elasticsearchUrl() })],
])('a build %s', { timeout: timeoutMs }, (_, open) => {
  let scenario: Scenario<Scene>;
  let builds: Builds;
  beforeAll(async () => {
    scenario = await openScenario(open(), { pages: 120 });
    builds = buildsOf(scenario);
    await scenario.expectWhole();
  });
  afterAll(() => scenario?.close());

  test('takes no vectors that are spoiled, waits for proper ones, and has those of its own model only', async () => {
    const { provider } = scenario.scene;
    const spoiled: string[] = [];
    // Readers ask the same provider: only what is asked for the build is spoiled.
    const faults = vectorFaults.values();
    provider.spoil = (texts) => {
      const fault = texts.some((text) => stampOf(text) !== null) ? faults.next().value : undefined;
      if (fault !== undefined) spoiled.push(fault);
      return fault ?? null;
    };
    await builtAndSeen();
    expect(spoiled).toEqual(vectorFaults);
  });

  test('waits while the provider refuses calls, and comes to its end', async () => {
    const { provider } = scenario.scene;
    const refusals = [
      { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
      { kind: 'status', status: 500 },
      { kind: 'status', status: 429 },
      { kind: 'status', status: 503 },
    ] as const;
    let calls = 0;
    // Refusals in a row would be taken for a limit, which is believed for a minute or two. Two that speak of one are far
    // from each other: calls overlap, and one has to have ended well between them.
    provider.refuse = (texts) => {
      if (!texts.some((text) => stampOf(text) !== null)) return null;
      calls += 1;
      return calls % 2 === 0 ? null : (refusals[(calls - 1) / 2] ?? null);
    };
    await scenario.world.edit({ changed: 20, removed: 2 });
    await builtAndSeen();
    expect(calls).toBeGreaterThanOrEqual(2 * refusals.length);
  });

  /** Builds with the other model, switches to it, and holds all of it against the world. */
  async function builtAndSeen(): Promise<void> {
    const before = await builds.live();
    const { generation } = await builds.build();
    // What the build was the first to see is brought into the live one too.
    await scenario.expectWhole();
    await builds.verify(generation);
    await builds.promote();
    await builds.drop(before.generation);
    await builds.expectOnly(generation);
    await scenario.expectWhole();
  }
});
