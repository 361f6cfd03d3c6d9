import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AttackedService } from './service.ts';
import type { Watch } from './watch-thread.ts';

/**
 * Asks a service for its health all the time, in a thread of its own, so that what the attack does is not taken for a
 * stall.
 * @returns ends the watch.
 */
export function watchService({ address, pid }: AttackedService): () => Promise<Watch> {
  const worker = new Worker(new URL('./watch-thread.ts', import.meta.url), { workerData: { address, pid } });
  const ended = once(worker, 'message').then(([watch]) => watch as Watch);
  return async () => {
    worker.postMessage('end');
    return await ended;
  };
}
