import { setTimeout as wait } from 'node:timers/promises';
import { silentLogger } from '@winnow/core';
import { ingestJobs } from '@winnow/ingestion';
import { createBullJobs } from '@winnow/jobs';
import type { FullInjection } from './injection.ts';

const keptJobs = 200;
const lookMs = 50;

/** Jobs are put in again after they were done, in another order. */
export const jobsRepeated: FullInjection = {
  name: 'jobs come twice, and in another order',
  part: 'queue',
  seconds: [1, 4],
  async begin({ scene: { redis, elasticsearch }, random }) {
    const { queue } = createBullJobs(ingestJobs, {
      redisUrl: redis.url,
      prefix: elasticsearch.prefix,
      lockDurationMs: 30_000,
      log: silentLogger,
    });
    const healed = new AbortController();
    const replaying = replay();
    return async () => {
      healed.abort();
      await replaying;
      await queue.close();
    };

    async function replay(): Promise<void> {
      let seen: Awaited<ReturnType<typeof queue.unfinished>>[number][] = [];
      while (!healed.signal.aborted) {
        seen = [...seen, ...(await queue.unfinished())].slice(-keptJobs);
        const again = seen.filter(() => random() < 0.1).sort(() => random() - 0.5);
        if (again.length > 0) await queue.enqueue(again);
        await wait(lookMs, undefined, { signal: healed.signal }).catch(() => {});
      }
    }
  },
};
