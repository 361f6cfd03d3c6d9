import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { timed } from './bench.ts';
import {
  type BulkServers,
  type IndexFigures,
  indexFigures,
  removePrefix,
  watchRedis,
} from './bulk-servers.ts';
import type { AskedEmbeddings } from './instant-embeddings.ts';

export interface BulkIngest {
  /** Folder of the checkout whose command line is run. */
  readonly tree: string;
  /** JSON lines. */
  readonly source: string;
  readonly embedder: string;
  /** null: embedded mode. */
  readonly servers: BulkServers | null;
  /** `winnow worker` processes beside the ingesting one; full mode only. */
  readonly workers: number;
}

/** What one ingest took. */
export interface BulkFigures {
  readonly chunks: number;
  /** Of the ingesting process, from its start to its end. */
  readonly wallSeconds: number;
  /** Of the ingesting process and those that it started, in user and system mode; 0 where the system does not tell. */
  readonly processorSeconds: number;
  /** Largest resident set of the ingesting process, in bytes; 0 where the system does not tell. */
  readonly peakMemoryBytes: number;
  /** The largest of any worker beside it; 0 without workers. */
  readonly workerMemoryBytes: number;
  /** null in embedded mode. */
  readonly index: IndexFigures | null;
  /** Redis' memory at its highest less what it was before; null in embedded mode. */
  readonly redisBytes: number | null;
  readonly asked: AskedEmbeddings;
}

const pollMs = 200;
/** Linux counts processor time in these. */
const ticksPerSecond = 100;
/** Workers load their code and connect before the clock starts. */
const workersStartMs = 3_000;

let corpora = 0;

/** Makes a corpus of the source, ingests it in processes of its own, and removes every trace. */
export async function bulkIngest(bulk: BulkIngest, signal: AbortSignal): Promise<BulkFigures> {
  const { servers } = bulk;
  corpora += 1;
  const prefix = `bench-${process.pid}-${corpora}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  const provider = fork(join(import.meta.dirname, 'instant-embeddings.ts'));
  const workers: ChildProcess[] = [];
  try {
    const environment = {
      ...process.env,
      WINNOW_DATA_DIR: dataDir,
      WINNOW_PREFIX: prefix,
      WINNOW_LOG_LEVEL: 'error',
      REDIS_URL: servers?.redisUrl ?? '',
      ELASTICSEARCH_URL: servers?.elasticsearchUrl ?? '',
      OPENAI_BASE_URL: String(await answerOf(provider, signal)),
      OPENAI_API_KEY: 'bench',
    };
    const start = (words: readonly string[]) => startWinnow(bulk.tree, words, environment);
    const { source, embedder } = bulk;
    await endOf(start(['corpus', 'create', 'bench', '--source', source, '--embedder', embedder]), signal);
    for (let count = 0; count < bulk.workers; count += 1) workers.push(start(['worker']));
    if (workers.length > 0) await wait(workersStartMs, undefined, { signal });

    const redis = servers === null ? null : await watchRedis(servers.redisUrl);
    const workerMemory = watchMemory(workers);
    const ingesting = start(['ingest', 'bench', '--json']);
    const ingestMemory = watchMemory([ingesting]);
    const ingestProcessor = watchProcessor(ingesting);
    const { value: output, seconds } = await timed(() => endOf(ingesting, signal));
    requireAllIndexed(output);
    const index = servers === null ? null : await indexFigures(servers.elasticsearchUrl, prefix);
    const shown = JSON.parse(await endOf(start(['corpus', 'show', 'bench', '--json']), signal));
    provider.send('asked');
    return {
      chunks: shown.chunks,
      wallSeconds: seconds,
      processorSeconds: ingestProcessor.stop(),
      peakMemoryBytes: ingestMemory.stop(),
      workerMemoryBytes: workerMemory.stop(),
      index,
      redisBytes: redis === null ? null : await redis.stop(),
      asked: (await answerOf(provider, signal)) as AskedEmbeddings,
    };
  } finally {
    provider.disconnect();
    await Promise.all(workers.map(stop));
    if (servers !== null) await removePrefix(servers, prefix);
    await rm(dataDir, { recursive: true, force: true });
  }
}

export function startWinnow(tree: string, words: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const main = join(tree, 'services/cli/src/main.ts');
  return spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** @returns standard output. @throws Error unless the process ended well. */
export async function endOf(child: ChildProcess, signal: AbortSignal): Promise<string> {
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  let output = '';
  child.stdout?.on('data', (piece) => {
    output += piece;
  });
  const [code] = await once(child, 'close');
  signal.removeEventListener('abort', kill);
  if (code !== 0) throw new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code}: ${output}`);
  return output;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdout?.resume();
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** The report of `winnow ingest --json` is its last line. */
export function requireAllIndexed(output: string): void {
  const report = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  if (report.state === 'completed' && report.documents.failed === 0) return;
  throw new Error(`the run ended as ${report.state}, ${report.documents.failed} documents failed`);
}

function watchMemory(processes: readonly ChildProcess[]): { stop(): number } {
  return watchPeak(async () =>
    Math.max(0, ...(await Promise.all(processes.map(({ pid }) => residentPeakOf(pid))))),
  );
}

function watchProcessor({ pid }: ChildProcess): { stop(): number } {
  return watchPeak(async () => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const seconds = await Promise.all(
      [`${pid}`, ...children.split(' ').filter(Boolean)].map(processorSecondsOf),
    );
    return seconds.reduce((sum, each) => sum + each, 0);
  });
}

/** Looks again and again while processes live: what they have used last is gone with them. `stop` gives the largest. */
function watchPeak(measure: () => Promise<number>): { stop(): number } {
  let peak = 0;
  const look = async () => {
    peak = Math.max(peak, await measure());
  };
  const timer = setInterval(look, pollMs).unref();
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

/** VmHWM of Linux, in bytes; 0 for a process that has ended and on other systems. */
export async function residentPeakOf(pid: number | string | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** With that of its children that have ended; 0 for a process that has ended and on other systems. */
async function processorSecondsOf(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Behind the name, which may hold anything: state is the first, user mode the twelfth, three more follow.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

export async function answerOf(child: ChildProcess, signal: AbortSignal): Promise<unknown> {
  const [message] = await once(child, 'message', { signal });
  return message;
}
