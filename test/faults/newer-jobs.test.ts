import { silentLogger } from '@winnow/core';
import { ingestJobs } from '@winnow/ingestion';
import { createBullJobs } from '@winnow/jobs';
import { elasticsearchUrl } from '@winnow/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type FullScene, openFullScene } from './scene/full-scene.ts';
import { openScenario } from './scene/scenario.ts';

test('jobs of a newer version are parked where they can be seen, and the work of this version goes on', async () => {
  const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl() });
  const scenario = await openScenario(opening, { pages: 10 });
  onTestFinished(() => scenario.close());
  const { scene, expectWhole } = scenario;
  await expectWhole();
  const [worker] = scene.workers;
  const parked = worker?.program.logs(({ event }) => event === 'job-parked');
  await enqueueNewer(scene);
  expect(await parked).toMatchObject({ job: 'documents.chunk', version: 99 });
  await scenario.world.edit({ created: 5, changed: 5, removed: 2 });
  await expectWhole();
  expect(await scene.observer.runs.parked()).toMatchObject([{ name: 'documents.chunk', version: 99 }]);
});

/** As a worker of a version to come would do it. */
async function enqueueNewer({ redis, elasticsearch }: FullScene): Promise<void> {
  const newer = {
    ...ingestJobs,
    'documents.chunk': {
      ...ingestJobs['documents.chunk'],
      version: 99,
      payload: z.looseObject({ version: z.literal(99), runId: z.string() }),
      id: () => 'chunk-of-the-future',
    },
  };
  const { queue } = createBullJobs(newer, {
    redisUrl: redis.url,
    prefix: elasticsearch.prefix,
    lockDurationMs: 30_000,
    log: silentLogger,
  });
  const payload = { version: 99, runId: 'a-run-of-the-future', shard: 7 } as const;
  await queue.enqueue([{ name: 'documents.chunk', payload }]);
  await queue.close();
}
