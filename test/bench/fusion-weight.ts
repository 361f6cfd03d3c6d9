/**
 * The share of BM25 in the fusion, chosen on some judged queries of a corpus and reported on others of it.
 *
 *     node test/bench/fusion-weight.ts DATA CHOOSING REPORTED [CHOOSING REPORTED …]
 *
 * Both are `FOLDER[:QRELS[:odd|even]][@MODEL][+POOL]`, of one folder. At most 100 queries choose, evenly spread; equal shares are
 * left only where the gain in nDCG@10 is beyond its 95 % interval. At most 500 report. Not reranked.
 */
import { silentLogger } from '@winnow/core';
import { openEngine, type SearchRequest } from '@winnow/engine';
import { meanInterval, meanOf } from '../../packages/evaluation/src/metrics/mean-interval.ts';
import { embeddedConfig, machine } from './support/bench.ts';
import { type JudgedSet, openJudgedSet, signed } from './support/judged-search.ts';

const shares = [0.2, 0.35, 0.65, 0.8];
const [mostChoosing, mostReporting] = [100, 500];
const signal = AbortSignal.timeout(7_200_000);
const [dataDir = '/tmp/winnow-feedback', ...sets] = process.argv.slice(2);

console.log(machine);
const engine = await openEngine(embeddedConfig(dataDir), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
try {
  for (let at = 0; at + 1 < sets.length; at += 2) await measure(sets[at] ?? '', sets[at + 1] ?? '');
} finally {
  await engine.close();
}

async function measure(choosing: string, reported: string): Promise<void> {
  const chosen = await choose(await openJudgedSet(engine, choosing, signal));
  const set = await openJudgedSet(engine, reported, signal);
  const [equal, bm25, dense, weighted] = await Promise.all([
    ndcgs(set, mostReporting, {}),
    ndcgs(set, mostReporting, { mode: 'bm25' }),
    ndcgs(set, mostReporting, { mode: 'dense' }),
    ndcgs(set, mostReporting, { bm25Weight: chosen }),
  ]);
  const { mean, low, high } = meanInterval(weighted.map((value, index) => value - (equal[index] ?? 0)));
  console.log(
    `${reported}: ${equal.length} queries; BM25 ${meanOf(bm25).toFixed(4)}, dense ${meanOf(dense).toFixed(4)}, ` +
      `equal ${meanOf(equal).toFixed(4)}; share ${chosen}: ${meanOf(weighted).toFixed(4)} ` +
      `(${signed(mean)}, ${signed(low)} to ${signed(high)})`,
  );
}

async function choose(set: JudgedSet): Promise<number> {
  const equal = await ndcgs(set, mostChoosing, {});
  let best = { share: 0.5, gain: 0 };
  for (const share of shares) {
    const gains = (await ndcgs(set, mostChoosing, { bm25Weight: share })).map(
      (value, index) => value - (equal[index] ?? 0),
    );
    const { mean, low } = meanInterval(gains);
    if (low > 0 && mean > best.gain) best = { share, gain: mean };
  }
  return best.share;
}

async function ndcgs(
  { queries, ask }: JudgedSet,
  most: number,
  request: Partial<Omit<SearchRequest, 'query'>>,
): Promise<readonly number[]> {
  const step = Math.max(1, Math.ceil(queries.length / most));
  const values: number[] = [];
  for (const query of queries.filter((_, index) => index % step === 0)) {
    values.push((await ask(query, { ...request, rerank: 'none' })).ndcg);
  }
  return values;
}
