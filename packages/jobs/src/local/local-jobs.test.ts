import { describeJobSystem } from '@winnow/testkit';
import { createLocalJobs } from './local-jobs.ts';

describeJobSystem('local jobs', async (catalog) => createLocalJobs(catalog));
