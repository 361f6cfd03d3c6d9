/**
 * Search with pseudo-relevance feedback against search without it, on judged sets.
 *
 *     node test/bench/feedback.ts DATA FOLDER[:QRELS[:odd|even]][@MODEL][+POOL] …
 *
 * Each folder is a judged set in BEIR layout; QRELS is `test` unless given, `odd` and `even` take every other query of it,
 * POOL is the metadata that queries and documents share. The sets are ingested into the data folder DATA, once and with
 * token vectors kept, so that reranking is quick. Per set and stage: means over the 100 best chunks without and with feedback, and the
 * 95 % interval of the paired difference (bootstrap).
 */
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { followRun, openEngine, searchRequestSchema } from '@winnow/engine';
import { type Grades, loadBeir, rankDocuments } from '../../packages/evaluation/src/index.ts';
import { meanInterval, meanOf } from '../../packages/evaluation/src/metrics/mean-interval.ts';
import { ndcgAtK } from '../../packages/evaluation/src/metrics/ndcg-at-k.ts';
import { recallAtK } from '../../packages/evaluation/src/metrics/recall-at-k.ts';
import { embeddedConfig, machine, median } from './support/bench.ts';

const signal = AbortSignal.timeout(7_200_000);
const [dataDir = '/tmp/winnow-feedback', ...sets] = process.argv.slice(2);
const settings = { WINNOW_RERANK_TIMEOUT_MS: '60000', WINNOW_TOKEN_VECTORS: 'kept' };

console.log(machine);
const engine = await openEngine(embeddedConfig(dataDir, settings), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
try {
  for (const set of sets) await measure(set);
} finally {
  await engine.close();
}

interface Measured {
  readonly ndcg: number;
  readonly recall: number;
  readonly feedbackMs: number;
}

async function measure(set: string): Promise<void> {
  const [, place = '', model = 'all-MiniLM-L6-v2', pool] =
    /^([^@+]*)(?:@([^+]*))?(?:\+(.*))?$/.exec(set) ?? [];
  const [folder = '', qrels = 'test', half = ''] = place.split(':');
  const judged = await loadBeir(folder, { qrels, ...(pool && { pool }), signal });
  const name = `late-${judged.name}-${model.toLowerCase().replace(/[^a-z0-9]/g, '-')}`;
  await ingest(name, folder, model);
  const queries = judged.queries.filter((_, index) => half === '' || index % 2 === (half === 'odd' ? 1 : 0));
  for (const rerank of ['none', 'late-interaction']) {
    const pairs: { readonly without: Measured; readonly with: Measured }[] = [];
    for (const { queryId, text, filter } of queries) {
      const grades: Grades = judged.judgments.get(queryId) ?? new Map();
      const ask = async (feedback: boolean): Promise<Measured> => {
        const request = searchRequestSchema.parse({
          query: text,
          filter,
          feedback,
          rerank,
          rerankBudgetMs: null,
          deadlineMs: 60_000,
          duplicates: 'show',
          k: 100,
          candidates: 100,
        });
        const { hits, timingsMs } = await engine.queries.search(name, request, signal);
        // Where judgements are within a pool, documents outside of it were never looked at.
        const ids = rankDocuments(hits).filter((id) => pool === undefined || grades.has(id));
        return {
          ndcg: ndcgAtK(ids, grades, 10),
          recall: recallAtK(ids, grades, 100),
          feedbackMs: timingsMs.feedback,
        };
      };
      pairs.push({ without: await ask(false), with: await ask(true) });
    }
    const line = (label: string, of: (one: Measured) => number) => {
      const { mean, low, high } = meanInterval(pairs.map((pair) => of(pair.with) - of(pair.without)));
      const means = `${meanOf(pairs.map((pair) => of(pair.without))).toFixed(4)} → ${meanOf(pairs.map((pair) => of(pair.with))).toFixed(4)}`;
      return `${label} ${means} (${signed(mean)}, ${signed(low)} to ${signed(high)})`;
    };
    const times = median(pairs.map((pair) => pair.with.feedbackMs)).toFixed(1);
    console.log(
      `${place} ${model}, rerank ${rerank}: ${queries.length} queries; ${line('nDCG@10', ({ ndcg }) => ndcg)}; ` +
        `${line('recall@100', ({ recall }) => recall)}; feedback ${times} ms (median)`,
    );
  }
}

async function ingest(name: string, folder: string, embedder: string): Promise<void> {
  if ((await engine.corpora.list()).some((corpus) => corpus.name === name)) return;
  const file = folder.endsWith('scifact') ? 'corpus.jsonl.gz' : 'corpus.jsonl';
  await engine.corpora.create({ name, sources: [{ path: join(folder, file) }], embedder }, signal);
  const worker = engine.createWorker();
  await worker.start();
  const { run } = await engine.runs.start(name);
  await followRun(engine.runs, run, signal, { onReport() {} });
  await worker.close({ graceMs: 1_000 });
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
