import { Worker } from 'bullmq';
import { settledWithin } from '../within.ts';

/** A BullMQ worker that can be ended when it cannot close, because Redis is away. */
export class SeverableWorker extends Worker {
  /**
   * Ends its timers and connections without waiting for anything. Jobs that it holds are taken by another
   * worker once their locks have run out. To be called after `close`, which goes on waiting in vain.
   */
  async sever(): Promise<void> {
    await this.pause(true);
    await this.lockManager.close();
    await settledWithin(this.backend.close(true), severMs);
  }
}

const severMs = 1_000;
