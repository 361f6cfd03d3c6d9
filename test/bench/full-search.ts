/**
 * What a search in full mode costs, client and Elasticsearch on the same machine.
 *
 *     node test/bench/full-search.ts DATA [--chunks 8400] [--rate 20] [--seconds 10] [--single 100] [--warm 300] [--compact] [--before CHECKOUT]
 *
 * DATA is the folder that holds `scifact`; the corpus is made of its sentences (see `support/sampled-corpus.ts`). Prints the
 * time of one search after the other and of an open loop at a fixed rate, without reranking, and with the default reranker and
 * neighbours. With `--compact` the index is put together first, as it is at the end of a run. Servers are those of REDIS_URL and ELASTICSEARCH_URL, or started for it. With another checkout of this
 * repository, its searches take turns with these over the same index.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { liveRef, parseCorpusName, type Store, silentLogger } from '@winnow/core';
import { type Engine, openEngine, searchRequestSchema } from '@winnow/engine';
import type { SearchRequestInput } from '@winnow/retrieval';
import { loadConfig } from '@winnow/runtime';
import { createElasticsearchStore } from '../../packages/elasticsearch/src/index.ts';
import { machine, percentile } from './support/bench.ts';
import { indexFigures, openBulkServers, removePrefix } from './support/bulk-servers.ts';
import { makeSampledCorpus, sampleQueries } from './support/sampled-corpus.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    chunks: { type: 'string', default: '8400' },
    rate: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
    single: { type: 'string', default: '100' },
    warm: { type: 'string', default: '300' },
    compact: { type: 'boolean', default: false },
    before: { type: 'string' },
  },
});
const [data = ''] = positionals;
const fewSegments = 5;
const rate = Number(values.rate);
const signal = AbortSignal.timeout(3_600_000);
const kinds: readonly (readonly [string, Omit<SearchRequestInput, 'query'>])[] = [
  ['hybrid', { rerank: 'none' }],
  ['default, neighbours', { neighbours: 1 }],
];

const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const servers = await openBulkServers();
const prefix = `bench-${process.pid}`;
const config = loadConfig({
  ...process.env,
  REDIS_URL: servers.redisUrl,
  ELASTICSEARCH_URL: servers.elasticsearchUrl,
  WINNOW_DATA_DIR: dataDir,
  WINNOW_PREFIX: prefix,
});
const engines: (readonly [string, Engine])[] = [];
try {
  const openStore = () =>
    createElasticsearchStore({
      url: servers.elasticsearchUrl,
      prefix,
      requestTimeoutMs: 60_000,
      log: silentLogger,
    });
  await makeSampledCorpus({ config, openStore }, data, Number(values.chunks));
  if (values.compact) await compact(openStore());
  const queries = await sampleQueries(data);
  const options = { access: { kind: 'write', purpose: 'bench' }, log: silentLogger } as const;
  if (values.before !== undefined) {
    const other = await import(`${values.before}/packages/engine/src/index.ts`);
    engines.push(['before', await other.openEngine(config, options)]);
  }
  engines.push(['now', await openEngine(config, options)]);
  console.log(`${machine}; full mode, ${values.chunks} chunks`);
  let asked = 0;
  const ask = (engine: Engine, input: Omit<SearchRequestInput, 'query'>) => {
    asked += 1;
    const query = queries[asked % queries.length] ?? 'cells';
    return engine.queries.search('bench', searchRequestSchema.parse({ ...input, query }), signal);
  };
  // Models are loaded, the server's code is compiled, and what became visible a moment ago is so for good.
  for (let at = 0; at < Number(values.warm); at++)
    for (const [, engine] of engines)
      await ask(engine, at % 2 === 0 ? { rerank: 'none' } : { neighbours: 1 });
  for (const [kind, input] of kinds) {
    const times = engines.map((): number[] => []);
    for (let at = 0; at < Number(values.single); at++) {
      for (const [index, [, engine]] of engines.entries()) {
        const start = performance.now();
        await ask(engine, input);
        times[index]?.push(performance.now() - start);
      }
    }
    // There and back, so that what grows faster with time favours nobody.
    const loops = engines.map((): number[] => []);
    for (const [index, [, engine]] of [...engines.entries(), ...[...engines.entries()].reverse()])
      loops[index]?.push(...(await openLoop(() => ask(engine, input))));
    for (const [index, [way]] of engines.entries()) {
      const [one, many] = [shown(times[index] ?? []), shown(loops[index] ?? [])];
      console.log(`${kind}, ${way}: one after the other ${one}; ${rate}/s ${many}`);
    }
  }
} finally {
  for (const [, engine] of engines) await engine.close();
  await removePrefix(servers, prefix);
  await servers.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** As a run does when it is completed, and waits for it. */
async function compact(store: Store): Promise<void> {
  const segments = async () => (await indexFigures(servers.elasticsearchUrl, prefix)).chunks.segments;
  const corpus = await store.corpora.get(parseCorpusName('bench'));
  if (corpus === null) throw new Error('the corpus was not made');
  const before = await segments();
  await store.chunks.compact(liveRef(corpus));
  await store.close();
  while ((await segments()) > fewSegments) await wait(100, undefined, { signal });
  console.log(`segments of chunks: ${before} → ${await segments()}`);
}

/** Timed from when each was due. */
async function openLoop(search: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  const under: Promise<void>[] = [];
  const start = performance.now();
  for (let count = 0; count < rate * Number(values.seconds); count++) {
    const due = start + (count * 1_000) / rate;
    await wait(Math.max(0, due - performance.now()));
    under.push(search().then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(under);
  return times;
}

function shown(times: readonly number[]): string {
  return `p50 ${percentile(times, 0.5).toFixed(1)} p95 ${percentile(times, 0.95).toFixed(1)} ms`;
}
