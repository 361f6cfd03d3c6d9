/**
 * What queries wait for while a generation is being built beside the one that they read, or PDFs are ingested.
 *
 *     node test/bench/query-during-build.ts [--mode embedded|full|both] [--beside build|pdfs] [--rate 10] [--seconds 60]
 *         [--embedder bge-small-en-v1.5]
 *
 * Prints P14: the 95th percentile of a query's time while a generation is built, or 200 PDFs of 20 pages become a corpus of their
 * own, ÷ that with nothing else to do. Queries
 * come at a fixed rate whether those before are answered or not, and are timed from when they were due. The corpus is
 * the documentation of Fastify as installed; the queries are headings of its chunks, hybrid and without a reranker.
 * One `winnow serve` answers and builds; in full mode a `winnow worker` builds, and the service answers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pdfOf } from '@winnow/testkit';
import { z } from 'zod';
import { installedDocs, machine, percentile, printRatio } from './support/bench.ts';
import { openBulkServers, removePrefix } from './support/bulk-servers.ts';

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'both' },
    rate: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
    beside: { type: 'string', default: 'build' },
    embedder: { type: 'string', default: 'bge-small-en-v1.5' },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const modes = (['embedded', 'full'] as const).filter(
  (mode) => values.mode === mode || values.mode === 'both',
);
if (modes.length === 0) throw new Error(`--mode is ${values.mode}: it must be embedded, full or both`);
const beside = z.enum(['build', 'pdfs']).parse(values.beside);
const main = join(import.meta.dirname, '../../services/cli/src/main.ts');
/** A build that takes longer is measured so far. */
const longestBuildMs = 10 * 60_000;

interface Load {
  readonly times: readonly number[];
  readonly failed: number;
}

for (const mode of modes) await measure(mode);

async function measure(mode: (typeof modes)[number]): Promise<void> {
  const servers = mode === 'full' ? await openBulkServers() : null;
  const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  const prefix = `bench-${process.pid}`;
  const environment = {
    ...process.env,
    WINNOW_DATA_DIR: dataDir,
    WINNOW_PREFIX: prefix,
    WINNOW_LOG_LEVEL: 'error',
    REDIS_URL: servers?.redisUrl ?? '',
    ELASTICSEARCH_URL: servers?.elasticsearchUrl ?? '',
  };
  const started: ChildProcess[] = [];
  const winnow = (...words: readonly string[]) =>
    spawn(process.execPath, [main, ...words], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await outputOf(winnow('corpus', 'create', 'bench', '--source', installedDocs(), '--language', 'en'));
    await outputOf(winnow('ingest', 'bench', '--json'));
    const queries = headingsOf(await outputOf(winnow('export', 'bench')));
    if (beside === 'pdfs') {
      const folder = join(dataDir, 'pdfs');
      await writePdfs(folder, queries);
      await outputOf(winnow('corpus', 'create', 'pdfs', '--source', folder, '--language', 'en'));
    }
    const serving = winnow(mode === 'full' ? 'query' : 'serve', '--port', '0');
    started.push(serving);
    if (mode === 'full') started.push(winnow('worker'));
    const address = await firstLineOf(serving);
    await load(address, queries, wait(5_000));
    const idle = await load(address, queries, wait(seconds * 1_000));
    const run =
      beside === 'build'
        ? await post(address, '/v1/corpora/bench/generations', { embedder: values.embedder })
        : await post(address, '/v1/runs', { corpus: 'pdfs' });
    const building = await load(address, queries, ended(address, String(run.run)));
    const p95 = ({ times }: Load) => percentile(times, 0.95);
    console.log(
      `${machine}; ${mode}, ${rate} queries/s: idle p95 ${p95(idle).toFixed(1)} ms of ${idle.times.length} (${idle.failed} failed), busy p95 ${p95(building).toFixed(1)} ms of ${building.times.length} (${building.failed} failed)`,
    );
    const work = beside === 'build' ? 'building' : 'ingesting PDFs';
    printRatio(`P14 ${mode}, query p95 while ${work} ÷ idle`, p95(building) / p95(idle), '≤ 2');
  } finally {
    for (const child of started) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    if (servers !== null) {
      await removePrefix(servers, prefix);
      await servers.stop();
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Pages of a dozen lines, no two alike. */
async function writePdfs(folder: string, words: readonly string[]): Promise<void> {
  await mkdir(folder);
  for (let file = 0; file < 200; file += 1) {
    const pages = Array.from({ length: 20 }, (_, page) =>
      Array.from({ length: 12 }, (_, line) => {
        const at = (file * 20 + page) * 12 + line;
        const some = [at, at * 7 + 1, at * 13 + 2].map((place) => words[place % words.length]);
        return `${file}.${page}.${line} ${some.join(', ')}`.replace(/[^ -~]/g, '').slice(0, 80);
      }),
    );
    await writeFile(join(folder, `${file}.pdf`), pdfOf(pages));
  }
}

/** Queries at a fixed rate until something is over. */
async function load(address: string, queries: readonly string[], over: Promise<unknown>): Promise<Load> {
  const times: number[] = [];
  const under: Promise<void>[] = [];
  let failed = 0;
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  const startedAt = performance.now();
  for (let count = 0; !isOver; count += 1) {
    const due = startedAt + (count * 1_000) / rate;
    await wait(Math.max(0, due - performance.now()));
    const query = queries[count % queries.length] ?? 'hooks';
    under.push(
      post(address, '/v1/search', { corpus: 'bench', query, rerank: 'none' }).then(
        () => void times.push(performance.now() - due),
        () => {
          failed += 1;
        },
      ),
    );
  }
  await Promise.all(under);
  return { times, failed };
}

async function ended(address: string, run: string): Promise<void> {
  const end = performance.now() + longestBuildMs;
  while (performance.now() < end) {
    const answer = await fetch(`${address}/v1/runs/${run}`);
    const report = (await answer.json()) as { readonly state: string };
    if (report.state !== 'planning' && report.state !== 'running') return;
    await wait(500);
  }
}

async function post(address: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

function headingsOf(lines: string): readonly string[] {
  const chunks = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { headings: string[] });
  return [...new Set(chunks.map(({ headings }) => headings.slice(-2).join(' ') || 'hooks'))];
}

async function firstLineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the output of the service is not piped');
  let text = '';
  for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
    text += piece;
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error('the service ended before it said where it is');
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`winnow ${child.spawnargs.slice(2).join(' ')} ended with ${code}`);
  return text;
}
