import { setTimeout as wait } from 'node:timers/promises';
import { elasticsearchUrl, randomOf } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FullInjection } from './injections/injection.ts';
import { jobsRepeated } from './injections/jobs.ts';
import {
  redisForgetsLastWrites,
  redisFull,
  redisHalfOpen,
  redisSilent,
  redisSlow,
} from './injections/redis.ts';
import { commandRedis } from './scene/command-redis.ts';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { startProgram, tailOf } from './scene/program.ts';
import { openScenario, type Scenario } from './scene/scenario.ts';

/** What happens, and for how long. */
const troubles: readonly { readonly name: string; readonly injection: FullInjection; readonly ms: number }[] =
  [
    { injection: redisForgetsLastWrites, ms: 100 },
    { injection: redisFull, ms: 3_000 },
    { injection: redisSlow, ms: 4_000 },
    { injection: redisSilent, ms: 3_000 },
    { injection: redisHalfOpen, ms: 100 },
    { injection: jobsRepeated, ms: 3_000 },
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

  test('a worker refuses at once to work with a Redis that evicts, and says what to do', async () => {
    const { scene } = scenario;
    await commandRedis(scene.redis, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const refusing = startProgram('services/worker/src/main.ts', [], scene.environment);
    expect(await refusing.ended).toEqual({ code: 3, signal: null });
    expect(tailOf(refusing.log)).toContain('maxmemory-policy noeviction');
    await commandRedis(scene.redis, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });
});
