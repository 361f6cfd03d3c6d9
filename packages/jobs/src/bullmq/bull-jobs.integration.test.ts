import { silentLogger } from '@winnow/core';
import { describeJobSystem, redisUrl, uniquePrefix } from '@winnow/testkit';
import { createBullJobs } from './bull-jobs.ts';

describeJobSystem('BullMQ jobs', async (catalog) =>
  createBullJobs(catalog, { redisUrl: redisUrl(), prefix: uniquePrefix(), log: silentLogger }),
);
