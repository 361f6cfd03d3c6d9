import { settledWithin } from '@winnow/core';
import { type Processor, Worker, type WorkerOptions } from 'bullmq';

/** How long a worker rests after an error of its queue. */
const restMs = 2_000;
const severMs = 1_000;

/**
 * A BullMQ worker that rests when its queue fails, since BullMQ would try again at once, thousands of times a second
 * where Redis is out of memory; and that can be ended when it cannot close because Redis is away.
 */
export class SeverableWorker extends Worker {
  constructor(name: string, processor: Processor, options: WorkerOptions) {
    super(name, processor, options);
    this.on('error', () => this.rest());
  }

  /** Whether it takes jobs, or will again by itself. */
  get isWorking(): boolean {
    return this.isRunning() || this.isPaused();
  }

  /**
   * Ends its timers and connections without waiting for anything. Jobs that it holds are taken by another
   * worker once their locks have run out. To be called after `close`, which goes on waiting in vain.
   */
  async sever(): Promise<void> {
    await this.pause(true);
    await this.lockManager.close();
    await settledWithin(this.backend.close(true), severMs);
  }

  /** Takes no jobs for a while; those it has go on. */
  private rest(): void {
    if (this.isPaused() || this.closing) return;
    this.pause(true);
    setTimeout(() => {
      if (!this.closing) this.resume();
    }, restMs).unref();
  }
}
