/**
 * The built-in reranker with token vectors that are kept with the chunks, against the same with those computed anew and
 * in full.
 *
 *     node test/bench/late-interaction.ts DATA FOLDER[:QRELS[:odd|even]][@MODEL] …
 *
 * Each folder is a judged set in BEIR layout; QRELS is `test` unless given, `odd` and `even` take every other query of
 * it. At most QUERIES (300) queries, evenly spread. The set is ingested into the data folder DATA (once: a second time
 * embeds nothing) and searched; per set it prints nDCG@10 without a reranker, with token vectors computed anew, and with
 * the kept ones, the difference of the two with its paired 95 % interval, bytes kept a chunk, and the processor time
 * of scoring 20 candidates both ways, reading them from the store included, and of embedding with and without them.
 */
import { join } from 'node:path';
import {
  type Corpus,
  type CorpusName,
  embeddingKeyOf,
  liveRef,
  silentLogger,
  type TokenEmbeddings,
} from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { openEngine, type SearchResponse, searchRequestSchema } from '@winnow/engine';
import { createLateInteractionReranker, createTokenVectorCache, type OnnxEmbedder } from '@winnow/models';
import { embeddingTextOf } from '@winnow/text';
import { loadBeir, rankDocuments } from '../../packages/evaluation/src/index.ts';
import { ndcgAtK } from '../../packages/evaluation/src/metrics/ndcg-at-k.ts';
import { standardise } from '../../packages/retrieval/src/fusion/standardise.ts';
import { embeddedConfig, machine, median } from './support/bench.ts';
import { floatMaxSim } from './support/float-max-sim.ts';
import { ingestJudged, signed } from './support/judged-search.ts';
import { openLocalEmbedder } from './support/local-embedder.ts';

const depth = 20;
const timedQueries = 15;
/** Of as many texts each. */
const [embeddedRounds, perRound] = [10, 8];
const most = Number(process.env.QUERIES ?? 300);
const signal = AbortSignal.timeout(7_200_000);
const [dataDir = '/tmp/winnow-late-interaction', ...sets] = process.argv.slice(2);

console.log(machine);
for (const set of sets) await measure(set);

interface Asked {
  readonly queryId: string;
  readonly text: string;
  /** Of the search without a reranker, best first. */
  readonly fused: SearchResponse['hits'];
  readonly kept: SearchResponse['hits'];
}

async function measure(set: string): Promise<void> {
  const [place = '', model = 'all-MiniLM-L6-v2'] = set.split('@');
  const [folder = '', qrels = 'test', half = ''] = place.split(':');
  const judged = await loadBeir(folder, { qrels, signal });
  const queries = spread(
    judged.queries.filter((_, index) => half === '' || index % 2 === (half === 'odd' ? 1 : 0)),
  );
  const engine = await openEngine(
    embeddedConfig(dataDir, { WINNOW_RERANK_TIMEOUT_MS: '60000', WINNOW_TOKEN_VECTORS: 'kept' }),
    {
      access: { kind: 'write', purpose: 'bench' },
      log: silentLogger,
    },
  );
  try {
    const name = `late-${judged.name}-${model.toLowerCase().replace(/[^a-z0-9]/g, '-')}`;
    await ingestJudged(engine, { name, folder, embedder: model }, signal);
    const search = async (text: string, rerank: string) => {
      const { hits, reranker, notes } = await engine.queries.search(name, requestOf(text, rerank), signal);
      // One that was late would stand for a ranking that it is not.
      if (hits.length > 0 && (reranker === null) !== (rerank === 'none')) throw new Error(notes.join('; '));
      return hits;
    };
    const asked: Asked[] = [];
    for (const { queryId, text } of queries) {
      asked.push({
        queryId,
        text,
        fused: await search(text, 'none'),
        kept: await search(text, 'late-interaction'),
      });
    }
    const corpus = await withStore(({ corpora }) => corpora.get(name as CorpusName));
    if (corpus === null) throw new Error(`the corpus ${name} is gone`);
    const embedder = await openLocalEmbedder(model, signal);
    const anew = await rankedAnew(embedder, corpus, asked);
    const ndcg = (hits: readonly Hit[], queryId: string) =>
      ndcgAtK(rankDocuments(hits), judged.judgments.get(queryId) ?? new Map(), 10);
    const values = asked.map(({ queryId, fused, kept }, index) => ({
      fused: ndcg(fused, queryId),
      anew: ndcg(anew[index] ?? [], queryId),
      kept: ndcg(kept, queryId),
    }));
    const mean = (of: (value: (typeof values)[number]) => number) => meanOf(values.map(of));
    const difference = values.map((value) => value.kept - value.anew);
    const cost = await costs(embedder, corpus, asked);
    await embedder.close();
    console.log(
      [
        `${place} ${model}: ${asked.length} queries`,
        `  nDCG@10 fused ${mean((v) => v.fused).toFixed(4)}, computed anew ${mean((v) => v.anew).toFixed(4)}, kept ${mean((v) => v.kept).toFixed(4)}: ${signed(meanOf(difference))} ± ${halfInterval(difference).toFixed(4)}`,
        `  ${cost.bytes.toFixed(0)} bytes a chunk; processor time of ${depth} candidates: anew ${cost.anewMs.toFixed(1)} ms, kept ${cost.keptMs.toFixed(1)} ms, ratio ${(cost.anewMs / cost.keptMs).toFixed(1)}`,
        `  embedding with token vectors ÷ without, processor time: ${cost.embedding.toFixed(3)}`,
      ].join('\n'),
    );
  } finally {
    await engine.close();
  }
}

function spread<Item>(items: readonly Item[]): readonly Item[] {
  const step = Math.max(1, items.length / most);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

function requestOf(query: string, rerank: string) {
  return searchRequestSchema.parse({ query, rerank, rerankBudgetMs: null, deadlineMs: 60_000, k: 100 });
}

type Hit = SearchResponse['hits'][number];

function textOf(hit: Hit): string {
  return embeddingTextOf(hit.title, hit);
}

/** The weights of a query's tokens are those of the product: idf over the chunks of the corpus. */
async function weightsOf({ tokens }: TokenEmbeddings, corpus: Corpus): Promise<readonly number[]> {
  return await withStore(async (store) => {
    const { chunks, counts } = await store.chunks.tokenFrequencies(liveRef(corpus), tokens);
    return counts.map((count) => Math.log(1 + (chunks - count + 0.5) / (count + 0.5)));
  });
}

async function withStore<Result>(
  work: (store: Awaited<ReturnType<typeof openEmbeddedStore>>) => Promise<Result>,
): Promise<Result> {
  const store = await openEmbeddedStore({
    path: join(dataDir, 'winnow.db'),
    readOnly: true,
    log: silentLogger,
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

interface AskedTokens {
  readonly tokens: TokenEmbeddings;
  readonly weights: readonly number[];
  /** By text of a passage. */
  readonly scores: Map<string, number>;
}

/** Each passage is computed once for all queries that found it, and let go of. */
async function rankedAnew(
  embedder: OnnxEmbedder,
  corpus: Corpus,
  asked: readonly Asked[],
): Promise<readonly (readonly Hit[])[]> {
  const queries: AskedTokens[] = [];
  for (const { text } of asked) {
    const [tokens] = await embedder.embedTokens([text], { purpose: 'query', signal });
    if (tokens === undefined) throw new Error('no tokens of a query');
    queries.push({ tokens, weights: await weightsOf(tokens, corpus), scores: new Map<string, number>() });
  }
  const wanted = new Map<string, AskedTokens[]>();
  for (const [index, { fused }] of asked.entries()) {
    const query = queries[index];
    for (const hit of fused.slice(0, depth)) {
      if (query !== undefined) wanted.set(textOf(hit), [...(wanted.get(textOf(hit)) ?? []), query]);
    }
  }
  const texts = [...wanted.keys()];
  for (let start = 0; start < texts.length; start += 32) {
    const some = texts.slice(start, start + 32);
    for (const [index, passage] of (
      await embedder.embedTokens(some, { purpose: 'document', signal })
    ).entries()) {
      const text = some[index] ?? '';
      for (const { tokens, weights, scores } of wanted.get(text) ?? []) {
        scores.set(text, floatMaxSim(tokens, weights, passage));
      }
    }
  }
  return asked.map(({ fused }, index) => {
    const head = fused.slice(0, depth);
    const before = standardise(head.map(({ score }) => score));
    const now = standardise(head.map((hit) => queries[index]?.scores.get(textOf(hit)) ?? 0));
    const sums = new Map(head.map((hit, at) => [hit, (before[at] ?? 0) + (now[at] ?? 0)]));
    const placed = head.toSorted((one, other) => (sums.get(other) ?? 0) - (sums.get(one) ?? 0));
    return [...placed, ...fused.slice(depth)];
  });
}

/** Medians of single calls, ways in turn. */
async function costs(embedder: OnnxEmbedder, corpus: Corpus, asked: readonly Asked[]) {
  return await withStore(async ({ chunks }) => {
    const ref = liveRef(corpus);
    const keys = new Set(
      asked.flatMap(({ fused }) => fused.map((hit) => embeddingKeyOf(embedder.fingerprint, textOf(hit)))),
    );
    const kept = await chunks.tokenVectorsByKey(ref, [...keys]);
    const reranker = createLateInteractionReranker({
      embedder,
      modelId: 'bench',
      fingerprint: embedder.fingerprint,
      tokenFrequencies: (tokens) => chunks.tokenFrequencies(ref, tokens),
      tokenVectors: (some) => chunks.tokenVectorsByKey(ref, some),
      cache: createTokenVectorCache({ maxEntries: 1 }),
    });
    const times: { readonly anewMs: number; readonly keptMs: number }[] = [];
    for (const { text, fused } of asked.filter((each) => each.fused.length > 0).slice(0, timedQueries)) {
      const passages = fused.slice(0, depth).map((hit) => ({ chunkId: hit.chunkId, text: textOf(hit) }));
      const keptMs = await processorMs(() => reranker.rerank(text, passages, { signal }));
      const anewMs = await processorMs(async () => {
        const [query] = await embedder.embedTokens([text], { purpose: 'query', signal });
        const texts = passages.map((passage) => passage.text);
        const found = await embedder.embedTokens(texts, { purpose: 'document', signal });
        if (query === undefined) return;
        const weights = await weightsOf(query, corpus);
        for (const passage of found) floatMaxSim(query, weights, passage);
      });
      times.push({ anewMs, keptMs });
    }
    const texts = [...new Set(asked.flatMap(({ fused }) => fused.slice(0, 5).map(textOf)))];
    const ratios: number[] = [];
    for (
      let start = 0;
      start + perRound <= texts.length && ratios.length < embeddedRounds;
      start += perRound
    ) {
      const some = texts.slice(start, start + perRound);
      const embed = (tokenVectors: boolean) => () =>
        embedder.embed(some, { purpose: 'document', tokenVectors, signal });
      const bare = await processorMs(embed(false));
      ratios.push((await processorMs(embed(true))) / bare);
    }
    return {
      embedding: median(ratios),
      bytes: [...kept.values()].reduce((sum, { length }) => sum + length, 0) / Math.max(1, keys.size),
      anewMs: median(times.map(({ anewMs }) => anewMs)),
      keptMs: median(times.map(({ keptMs }) => keptMs)),
    };
  });
}

/** Of all threads of the process. */
async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Half of the 95 % interval of a mean of paired differences. */
function halfInterval(values: readonly number[]): number {
  const mean = meanOf(values);
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return 1.96 * Math.sqrt(variance / Math.max(1, values.length));
}
