/**
 * What a query costs besides its models.
 *
 *     node test/bench/query.ts [queries] [source folder or file]
 *
 * Prints P9: the 95th percentile of a query's time ÷ that of the time its models took (embedding the query,
 * reranking), and the 95th percentile of everything else in milliseconds. The corpus is the documentation of
 * Fastify as installed, or any source; the queries are headings of its own chunks.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { followRun, openEngine, searchRequestSchema } from '@winnow/engine';
import { embeddedConfig, installedDocs, machine, percentile, printRatio } from './support/bench.ts';

const queryCount = Number(process.argv[2] ?? 200);
const source = process.argv[3] ?? installedDocs();
const signal = AbortSignal.timeout(3_600_000);

const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const engine = await openEngine(embeddedConfig(dataDir), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
try {
  await engine.corpora.create({ name: 'bench', sources: [{ path: source }], language: 'en' }, signal);
  const worker = engine.createWorker();
  await worker.start();
  const started = await engine.runs.start('bench');
  const run = await followRun(engine.runs, started.run, signal, { onReport() {} });
  await worker.close({ graceMs: 1_000 });

  const queries = new Set<string>();
  for await (const line of engine.documents.export('bench', { vectors: false, signal })) {
    const { headings }: { headings: string[] } = JSON.parse(line);
    queries.add(headings.slice(-2).join(' ') || 'hooks');
    if (queries.size === queryCount) break;
  }
  const request = (query: string) =>
    searchRequestSchema.parse({ query, rerankBudgetMs: null, deadlineMs: 60_000 });
  // The first query loads the vectors and the model; a service does that once.
  await engine.queries.search('bench', request('warm'), signal);
  const times: { readonly total: number; readonly models: number }[] = [];
  for (const query of queries) {
    const { timingsMs } = await engine.queries.search('bench', request(query), signal);
    times.push({ total: timingsMs.total, models: timingsMs.embed + timingsMs.rerank });
  }
  const p95 = (pick: (time: (typeof times)[number]) => number) => percentile(times.map(pick), 0.95);
  console.log(`${machine}; ${run.chunks.embedded} chunks, ${times.length} queries, late-interaction over 20`);
  console.log(
    `p95: whole query ${p95((t) => t.total).toFixed(1)} ms, models ${p95((t) => t.models).toFixed(1)} ms`,
  );
  printRatio('P9 query p95 ÷ models p95', p95((t) => t.total) / p95((t) => t.models), '≤ 1.10');
  console.log(`P9 everything else, p95: ${p95((t) => t.total - t.models).toFixed(1)} ms (target ≤ 10)`);
} finally {
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
}
