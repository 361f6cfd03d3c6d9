import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is told. */
export interface Watched {
  readonly address: string;
  readonly pid: number;
  /** Of a server without anything to do. */
  readonly idleAddress: string;
}

/** What a watch came to. */
export interface Watch {
  /** Longest time that a health check took, in milliseconds. */
  readonly longestMs: number;
  /** The same of the idle server: what the machine took of it. */
  readonly idleLongestMs: number;
  /** The most by which a health check took longer than the idle server's answer to a request of the same moment. */
  readonly longestBeyondIdleMs: number;
  /** Health checks above 100 ms, and in all. */
  readonly slow: number;
  readonly checks: number;
  /** Health checks that were not answered with 200. */
  readonly failed: number;
  /** Of the process, in MB; 0 where the system does not tell. */
  readonly peakMb: number;
}

const everyMs = 25;
const { address, pid, idleAddress } = workerData as Watched;
let watch: Watch = {
  longestMs: 0,
  idleLongestMs: 0,
  longestBeyondIdleMs: 0,
  slow: 0,
  checks: 0,
  failed: 0,
  peakMb: 0,
};
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

while (!isDone) {
  const [health, idle] = await Promise.all([ask(`${address}/health/live`), ask(idleAddress)]);
  watch = {
    longestMs: Math.max(watch.longestMs, health.tookMs),
    idleLongestMs: Math.max(watch.idleLongestMs, idle.tookMs),
    longestBeyondIdleMs: Math.max(watch.longestBeyondIdleMs, health.tookMs - idle.tookMs),
    slow: watch.slow + Number(health.tookMs > 100),
    checks: watch.checks + 1,
    failed: watch.failed + Number(!health.isOk),
    peakMb: await peakMb(),
  };
  await wait(everyMs);
}
parentPort?.postMessage(watch);

async function ask(url: string): Promise<{ readonly tookMs: number; readonly isOk: boolean }> {
  const start = performance.now();
  const isOk = await fetch(url).then(
    async (reply) => {
      await reply.arrayBuffer();
      return reply.status === 200;
    },
    () => false,
  );
  return { tookMs: performance.now() - start, isOk };
}

/** The most memory that the process had at a time. */
async function peakMb(): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024);
}
