import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is told. */
export interface Watched {
  readonly address: string;
  readonly pid: number;
}

/** What a watch came to. */
export interface Watch {
  /** Longest time that a health check took, in milliseconds. */
  readonly longestMs: number;
  /** Health checks above 100 ms, and in all. */
  readonly slow: number;
  readonly checks: number;
  /** Health checks that were not answered with 200. */
  readonly failed: number;
  /** Of the process, in MB; 0 where the system does not tell. */
  readonly peakMb: number;
}

const everyMs = 25;
const { address, pid } = workerData as Watched;
let watch: Watch = { longestMs: 0, slow: 0, checks: 0, failed: 0, peakMb: 0 };
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

while (!isDone) {
  const start = performance.now();
  const isLive = await fetch(`${address}/health/live`).then(
    async (reply) => {
      await reply.arrayBuffer();
      return reply.status === 200;
    },
    () => false,
  );
  const tookMs = performance.now() - start;
  watch = {
    longestMs: Math.max(watch.longestMs, tookMs),
    slow: watch.slow + Number(tookMs > 100),
    checks: watch.checks + 1,
    failed: watch.failed + Number(!isLive),
    peakMb: await peakMb(),
  };
  await wait(everyMs);
}
parentPort?.postMessage(watch);

/** The most memory that the process had at a time. */
async function peakMb(): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024);
}
