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
  /**
   * The most by which a health check took longer than what the machine took of it: the idle server's answer to a request
   * of the same moment, or the time for which the thread that answers was ready to run and got no processor.
   */
  readonly longestOwnMs: number;
  /** Health checks above 100 ms, those of them that were so without what the machine took, and all. */
  readonly slow: number;
  readonly slowByItself: number;
  readonly checks: number;
  /** Health checks that were not answered with 200. */
  readonly failed: number;
  /** Of the process, in MB; 0 where the system does not tell. */
  readonly peakMb: number;
}

const everyMs = 25;
const slowMs = 100;
const { address, pid, idleAddress } = workerData as Watched;
let watch: Watch = {
  longestMs: 0,
  idleLongestMs: 0,
  longestOwnMs: 0,
  slow: 0,
  slowByItself: 0,
  checks: 0,
  failed: 0,
  peakMb: 0,
};
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

while (!isDone) {
  const waitedBefore = await waitedMs();
  const [health, idle] = await Promise.all([ask(`${address}/health/live`), ask(idleAddress)]);
  const ownMs = health.tookMs - Math.max(idle.tookMs, (await waitedMs()) - waitedBefore);
  watch = {
    longestMs: Math.max(watch.longestMs, health.tookMs),
    idleLongestMs: Math.max(watch.idleLongestMs, idle.tookMs),
    longestOwnMs: Math.max(watch.longestOwnMs, ownMs),
    slow: watch.slow + Number(health.tookMs > slowMs),
    slowByItself: watch.slowByItself + Number(ownMs > slowMs),
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

/** How long the process' first thread has waited for a processor so far; 0 where the system does not tell. */
async function waitedMs(): Promise<number> {
  const [, waitedNs = '0'] = (
    await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').catch(() => '')
  ).split(' ');
  return Number(waitedNs) / 1e6;
}

/** The most memory that the process had at a time. */
async function peakMb(): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024);
}
