import { parseArgs } from 'node:util';
import { defineJobs, type JobSystem, silentLogger } from '@winnow/core';
import { createBullJobs, createLocalJobs } from '@winnow/jobs';
import { z } from 'zod';
import { startRedis } from '../../infra/dev/redis.ts';

/**
 * Jobs a second through a chain of three kinds whose handlers do nothing: what the queue itself costs.
 * `node test/bench/jobs-overhead.ts [--chains 2000] [--rounds 3]`. The figures are of this machine and this
 * moment; only those of one run can be compared.
 */
const { values } = parseArgs({
  options: { chains: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '3' } },
});
const chains = Number(values.chains);
const rounds = Number(values.rounds);

const kind = {
  payload: z.object({ item: z.string() }),
  attempts: 3,
  backoffMs: 100,
  timeoutMs: 60_000,
  concurrency: 8,
};
const benchJobs = defineJobs({
  chunk: { ...kind, id: ({ item }) => `chunk-${item}` },
  embed: { ...kind, id: ({ item }) => `embed-${item}` },
  index: { ...kind, id: ({ item }) => `index-${item}` },
});

const redis = await startRedis();
const systems: Readonly<Record<string, (round: number) => JobSystem<typeof benchJobs>>> = {
  local: () => createLocalJobs(benchJobs),
  bullmq: (round) =>
    createBullJobs(benchJobs, { redisUrl: redis.url, prefix: `bench${round}`, log: silentLogger }),
};
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, open] of Object.entries(systems)) {
      const seconds = await timeOneRound(open(round));
      console.log(`${name}\t${chains * 3} jobs\t${Math.round((chains * 3) / seconds)} jobs/s`);
    }
  }
} finally {
  await redis.stop();
}

/** @returns seconds from the first job put in to the last one done. */
async function timeOneRound(system: JobSystem<typeof benchJobs>): Promise<number> {
  const { promise: allDone, resolve } = Promise.withResolvers<void>();
  let ended = 0;
  const worker = system.createWorker({
    log: silentLogger,
    handlers: {
      chunk: { run: async (payload) => ({ outcome: 'done', next: [{ name: 'embed', payload }] }) },
      embed: { run: async (payload) => ({ outcome: 'done', next: [{ name: 'index', payload }] }) },
      index: {
        async run() {
          ended += 1;
          if (ended === chains) resolve();
          return { outcome: 'done' };
        },
      },
    },
  });
  await worker.start();
  const startedAt = performance.now();
  await system.queue.enqueue(
    Array.from({ length: chains }, (_, i) => ({ name: 'chunk', payload: { item: `n${i}` } })),
  );
  await allDone;
  const seconds = (performance.now() - startedAt) / 1_000;
  await worker.close({ graceMs: 10_000 });
  await system.queue.close();
  return seconds;
}
