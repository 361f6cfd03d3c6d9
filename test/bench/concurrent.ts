/**
 * Many queries at once on the embedded index.
 *
 *     node test/bench/concurrent.ts DATA [--chunks 8400] [--kept FOLDER] [--burst 50] [--rerank default]
 *         [--rates 10,20] [--seconds 10] [--single 100] [--mode hybrid]
 *
 * DATA is the folder that holds `scifact`. The corpus is made of its sentences (see `support/sampled-corpus.ts`), in a
 * folder that stays if it is named with --kept. Prints
 *
 * - one query after the other: time of the recall and of all (`--single` queries; several requests)
 * - a burst: time until all are answered, queries whose rerank was skipped, the longest time the event loop was held
 * - an open loop: queries at fixed rates whether those before are answered or not, timed from when they were due
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { silentLogger } from '@winnow/core';
import { openEngine, type SearchResponse, searchRequestSchema } from '@winnow/engine';
import type { SearchRequestInput } from '@winnow/retrieval';
import { embeddedConfig, machine, percentile } from './support/bench.ts';
import { embeddedPlace, makeSampledCorpus, sampleQueries } from './support/sampled-corpus.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    chunks: { type: 'string', default: '8400' },
    kept: { type: 'string' },
    burst: { type: 'string', default: '50' },
    rerank: { type: 'string', default: 'default' },
    rates: { type: 'string', default: '' },
    seconds: { type: 'string', default: '10' },
    single: { type: 'string', default: '100' },
    mode: { type: 'string', default: 'hybrid' },
  },
});
const [data = ''] = positionals;
const chunks = Number(values.chunks);
const mode = searchRequestSchema.shape.mode.parse(values.mode);
const signal = AbortSignal.timeout(3_600_000);

const folder = values.kept ?? (await mkdtemp(join(tmpdir(), 'winnow-bench-')));
await mkdir(folder, { recursive: true });
if (!existsSync(join(folder, 'winnow.db'))) await makeSampledCorpus(embeddedPlace(folder), data, chunks);
const queries = await sampleQueries(data);
const engine = await openEngine(embeddedConfig(folder), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
let asked = 0;
const ask = (input: Omit<SearchRequestInput, 'query'> = {}): Promise<SearchResponse> => {
  const query = queries[asked++ % queries.length] ?? 'cells';
  const request = searchRequestSchema.parse({ mode, rerank: values.rerank, ...input, query });
  return engine.queries.search('bench', request, signal);
};

try {
  console.log(`${machine}; ${chunks} chunks, ${mode}, rerank ${values.rerank}`);
  // The first query loads vectors and models; a service does that once.
  await ask();
  await ask();
  if (Number(values.single) > 0) await single(Number(values.single));
  if (Number(values.burst) > 0) await burst(Number(values.burst));
  for (const rate of values.rates.split(',').filter(Boolean)) await openLoop(Number(rate));
} finally {
  await engine.close();
  if (values.kept === undefined) await rm(folder, { recursive: true, force: true });
}

/** Of some kinds of requests: how long one takes with nothing else to do, and how long it holds the loop. */
async function single(count: number): Promise<void> {
  const half = { op: 'eq', field: 'half', value: true } as const;
  const kinds: readonly (readonly [string, Omit<SearchRequestInput, 'query'>, number])[] = [
    ['as asked', {}, count],
    ['bm25', { mode: 'bm25', rerank: 'none' }, count],
    ['bm25, half of the documents', { mode: 'bm25', rerank: 'none', filter: half }, count],
    ['dense', { mode: 'dense', rerank: 'none' }, count],
    ['hybrid', { mode: 'hybrid', rerank: 'none' }, count],
    ['k 500, mmr', { rerank: 'none', k: 500, mmr: { lambda: 0.7 } }, 3],
    ['k 500, neighbours', { rerank: 'none', k: 500, neighbours: 1 }, 3],
  ];
  for (const [name, input, times] of kinds) {
    const loop = watchLoop();
    const recalls: number[] = [];
    const totals: number[] = [];
    for (let at = 0; at < times; at++) {
      const { timingsMs } = await ask(input);
      recalls.push(timingsMs.recall);
      totals.push(timingsMs.total);
    }
    console.log(
      `${name}: recall p50 ${percentile(recalls, 0.5).toFixed(1)} p95 ${percentile(recalls, 0.95).toFixed(1)} ms; ` +
        `all p50 ${percentile(totals, 0.5).toFixed(1)} p95 ${percentile(totals, 0.95).toFixed(1)} ms; loop held ${loop.stop().toFixed(0)} ms`,
    );
  }
}

async function burst(count: number): Promise<void> {
  const loop = watchLoop();
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: count }, () => ask()));
  const ms = performance.now() - start;
  const skipped = answers.filter(({ notes }) => notes.some((note) => note.startsWith('not reranked'))).length;
  console.log(
    `${count} at once: ${ms.toFixed(0)} ms, ${skipped} not reranked, loop held ${loop.stop().toFixed(0)} ms`,
  );
}

async function openLoop(rate: number): Promise<void> {
  const loop = watchLoop();
  const times: number[] = [];
  const under: Promise<void>[] = [];
  let skipped = 0;
  const start = performance.now();
  for (let count = 0; count < rate * Number(values.seconds); count++) {
    const due = start + (count * 1_000) / rate;
    await wait(Math.max(0, due - performance.now()));
    under.push(
      ask().then(({ notes }) => {
        times.push(performance.now() - due);
        if (notes.some((note) => note.startsWith('not reranked'))) skipped += 1;
      }),
    );
  }
  await Promise.all(under);
  console.log(
    `${rate}/s: p50 ${percentile(times, 0.5).toFixed(0)} p95 ${percentile(times, 0.95).toFixed(0)} ms, ` +
      `${skipped} of ${times.length} not reranked, loop held ${loop.stop().toFixed(0)} ms`,
  );
}

/** The longest time for which a timer of 2 ms had to wait. */
function watchLoop(): { stop(): number } {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 2);
    last = now;
  }, 2);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(longest, performance.now() - last - 2);
    },
  };
}
