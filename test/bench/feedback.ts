/**
 * Search with pseudo-relevance feedback against search without it, on judged sets.
 *
 *     node test/bench/feedback.ts DATA RERANKER FOLDER[:QRELS[:odd|even]][@MODEL][+POOL] …
 *
 * RERANKER is `none` or `late-interaction`. The sets are ingested into the data folder DATA, once. Per set: means over the 100
 * best chunks without and with feedback, and the 95 % interval of the paired difference (bootstrap).
 */
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { meanInterval, meanOf } from '../../packages/evaluation/src/metrics/mean-interval.ts';
import { embeddedConfig, machine, median } from './support/bench.ts';
import { type Judged, openJudgedSet, signed } from './support/judged-search.ts';

const signal = AbortSignal.timeout(7_200_000);
const [dataDir = '/tmp/winnow-feedback', rerank = 'none', ...sets] = process.argv.slice(2);

console.log(machine);
const engine = await openEngine(embeddedConfig(dataDir, { WINNOW_RERANK_TIMEOUT_MS: '60000' }), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
try {
  for (const set of sets) await measure(set);
} finally {
  await engine.close();
}

interface Pair {
  readonly without: Judged;
  readonly with: Judged;
}

async function measure(set: string): Promise<void> {
  const { queries, ask } = await openJudgedSet(engine, set, signal);
  const pairs: Pair[] = [];
  for (const query of queries) {
    pairs.push({
      without: await ask(query, { rerank, feedback: false }),
      with: await ask(query, { rerank, feedback: true }),
    });
  }
  console.log(
    [
      `${set}, rerank ${rerank}: ${queries.length} queries`,
      compared(pairs, 'nDCG@10', ({ ndcg }) => ndcg),
      compared(pairs, 'recall@100', ({ recall }) => recall),
      `feedback ${median(pairs.map((pair) => pair.with.feedbackMs)).toFixed(1)} ms (median)`,
    ].join('; '),
  );
}

function compared(pairs: readonly Pair[], label: string, of: (one: Judged) => number): string {
  const { mean, low, high } = meanInterval(pairs.map((pair) => of(pair.with) - of(pair.without)));
  const before = meanOf(pairs.map((pair) => of(pair.without)));
  const after = meanOf(pairs.map((pair) => of(pair.with)));
  return `${label} ${before.toFixed(4)} → ${after.toFixed(4)} (${signed(mean)}, ${signed(low)} to ${signed(high)})`;
}
