import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError } from '@winnow/core';
import type { Topics, TopicsTask } from '@winnow/retrieval';

/** Topics that take longer are given up. */
const timeoutMs = 300_000;
/** A thread that needs more is ended by the runtime. */
const maxHeapMb = 1_024;

/**
 * Makes topics in a thread of its own, which is ended where nobody waits for it any more.
 * @param task its vectors are handed over: they cannot be read here any more.
 * @throws AppError `deadline_exceeded` after five minutes; what aborted the signal.
 */
export async function runTopics(task: TopicsTask, signal: AbortSignal): Promise<Topics> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./topics-thread.ts', import.meta.url), {
    workerData: task,
    transferList: [task.rows.values.buffer as ArrayBuffer],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    // An `error` of the thread rejects this too.
    const [topics] = await once(worker, 'message', { signal: AbortSignal.any([signal, deadline]) });
    return topics as Topics;
  } catch (thrown) {
    if (signal.aborted) throw AppError.from(signal.reason);
    if (!deadline.aborted) throw AppError.from(thrown);
    throw new AppError(
      'deadline_exceeded',
      `no topics were found within ${timeoutMs / 1_000} s: ask for fewer`,
    );
  } finally {
    await worker.terminate();
  }
}
