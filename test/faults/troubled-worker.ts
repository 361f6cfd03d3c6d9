import { once } from 'node:events';
import { type JobContext, silentLogger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { faultJobs, lockDurationMs, type WorkerMessage } from './fault-jobs.ts';

/**
 * A worker in a process of its own: it starts `task` and `sturdy` jobs and never ends them. One named `poison` takes
 * the whole process down. On SIGTERM it closes what it opened, and then has to end by itself.
 * Arguments: the URL of Redis, the prefix.
 */
const [redisUrl = '', prefix = ''] = process.argv.slice(2);
const system = createBullJobs(faultJobs, { redisUrl, prefix, lockDurationMs, log: silentLogger });
const task = {
  async run({ item }: { item: string }, { signal }: JobContext): Promise<never> {
    if (item === 'poison') process.kill(process.pid, 'SIGKILL');
    tell({ state: 'started', item });
    await once(signal, 'abort');
    tell({ state: 'aborted', item });
    throw signal.reason;
  },
};
const worker = system.createWorker({
  log: silentLogger,
  handlers: {
    task,
    sturdy: task,
    neighbour: { run: async () => ({ outcome: 'done' }) },
  },
});
await worker.start();
process.once('SIGTERM', async () => {
  await worker.close({ graceMs: 0 });
  await system.queue.close();
  process.disconnect();
});
tell({ state: 'ready', item: '' });

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
