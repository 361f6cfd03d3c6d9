import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AttackedService } from './service.ts';
import type { Watch, Watched } from './watch-thread.ts';

/**
 * Asks a service for its health all the time, in a thread of its own, so that what the attack does is not taken for a
 * stall; beside it an idle server, so that what the machine does is not either.
 * @returns ends the watch.
 */
export async function watchService({ address, pid }: AttackedService): Promise<() => Promise<Watch>> {
  const idle = fork(new URL('./idle-server.ts', import.meta.url));
  const [port] = await once(idle, 'message');
  const workerData: Watched = { address, pid, idleAddress: `http://127.0.0.1:${port}` };
  const worker = new Worker(new URL('./watch-thread.ts', import.meta.url), { workerData });
  const ended = once(worker, 'message').then(([watch]) => watch as Watch);
  return async () => {
    worker.postMessage('end');
    try {
      return await ended;
    } finally {
      idle.disconnect();
    }
  };
}
