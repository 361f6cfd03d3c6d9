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
   * of the same moment, or the time for which the thread that answers was ready to run and got no processor, or for
   * which other machines had the processors of this one.
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
  /** The health checks that were the latest by themselves, in the order in which they were asked. */
  readonly latest: readonly LateCheck[];
}

/** A health check, and where its time went as far as the system tells; in milliseconds but for the first. */
export interface LateCheck {
  /** Since the watch began. */
  readonly atSeconds: number;
  readonly tookMs: number;
  /** That the thread which answers ran. */
  readonly ranMs: number;
  /** That it was ready to run and got no processor. */
  readonly waitedMs: number;
  /** That other machines on the same hardware took of that processor of this one of which they took most. */
  readonly stolenMs: number;
  /** Of the idle server's answer to a request of the same moment. */
  readonly idleMs: number;
  readonly ownMs: number;
}

const everyMs = 25;
const slowMs = 100;
const maxLatest = 10;
/** Of the clock that `/proc/stat` counts in: 100 ticks a second wherever Linux runs Node. */
const tickMs = 10;
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
  latest: [],
};
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

const began = performance.now();
while (!isDone) {
  const atSeconds = (performance.now() - began) / 1_000;
  const before = await spentSoFar();
  const [health, idle] = await Promise.all([ask(`${address}/health/live`), ask(idleAddress)]);
  const after = await spentSoFar();
  const waitedMs = after.waitedMs - before.waitedMs;
  const stolenMs = Math.max(0, ...after.stolenMs.map((ms, at) => ms - (before.stolenMs[at] ?? 0)));
  const ownMs = health.tookMs - Math.max(idle.tookMs, waitedMs + stolenMs);
  const check = {
    atSeconds,
    tookMs: health.tookMs,
    ranMs: after.ranMs - before.ranMs,
    waitedMs,
    stolenMs,
    idleMs: idle.tookMs,
    ownMs,
  };
  watch = {
    longestMs: Math.max(watch.longestMs, health.tookMs),
    idleLongestMs: Math.max(watch.idleLongestMs, idle.tookMs),
    longestOwnMs: Math.max(watch.longestOwnMs, ownMs),
    slow: watch.slow + Number(health.tookMs > slowMs),
    slowByItself: watch.slowByItself + Number(ownMs > slowMs),
    checks: watch.checks + 1,
    failed: watch.failed + Number(!health.isOk),
    peakMb: await peakMb(),
    latest: latestOf([...watch.latest, check]),
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

/** So far: what the process' first thread ran and waited for a processor, and what was stolen of each; 0 where the system does not tell. */
async function spentSoFar(): Promise<{
  readonly ranMs: number;
  readonly waitedMs: number;
  readonly stolenMs: readonly number[];
}> {
  const [thread, machine] = await Promise.all([
    readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').catch(() => ''),
    readFile('/proc/stat', 'utf8').catch(() => ''),
  ]);
  const [ranNs = '0', waitedNs = '0'] = thread.split(' ');
  const stolen = machine.matchAll(/^cpu\d+ (?:\d+ ){7}(\d+)/gm);
  return {
    ranMs: Number(ranNs) / 1e6,
    waitedMs: Number(waitedNs) / 1e6,
    stolenMs: [...stolen].map(([, ticks]) => Number(ticks) * tickMs),
  };
}

function latestOf(checks: readonly LateCheck[]): readonly LateCheck[] {
  const kept = new Set(checks.toSorted((one, other) => other.ownMs - one.ownMs).slice(0, maxLatest));
  return checks.filter((check) => kept.has(check));
}

/** The most memory that the process had at a time. */
async function peakMb(): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024);
}
