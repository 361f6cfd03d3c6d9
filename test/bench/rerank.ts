/**
 * The local cross-encoder against bare ONNX Runtime on the same pairs with the same model, and how many
 * passages it scores within 200 ms.
 *
 *     node test/bench/rerank.ts [passages a query] [rounds]
 *
 * Bare is the best of one pair a run and of batches sorted by length, in one session with all cores, tokenising
 * left out; ours is what a search calls, tokenising included. Both by the clock and by processor time, which
 * other programs on the machine disturb less. Queries are headings and passages paragraphs of the
 * documentation of this repository's dependencies. Ways are interleaved and medians taken. `SPINNING=1` lets
 * bare threads spin while they wait, as ONNX Runtime does by default.
 *
 * The weights are those of ms-marco-MiniLM-L-6-v2 where they can be fetched, and otherwise of its shape, made by
 * `make_cross_encoder.py`: a pair takes the same work, and its score means nothing.
 */
import { availableParallelism } from 'node:os';
import { type ChunkId, silentLogger } from '@winnow/core';
import { createCrossEncoder, createModelStore, loadModelTokenizer } from '@winnow/models';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { machine, median, modelCache, percentile, printRatio, timed } from './support/bench.ts';
import { crossEncoderFiles } from './support/cross-encoder-files.ts';
import { markdownTexts } from './support/markdown-texts.ts';

const passageCount = Number(process.argv[2] ?? 50);
const rounds = Number(process.argv[3] ?? 5);
const batchSizes = [1, 4, 8, 16];
const budgetMs = 200;
const signal = AbortSignal.timeout(1_800_000);

const store = createModelStore({
  cacheDir: modelCache(),
  modelsDir: process.env.WINNOW_MODELS_DIR ?? null,
  hubEndpoint: process.env.HF_ENDPOINT ?? null,
  log: silentLogger,
});
const { row, files, weights } = await crossEncoderFiles(store, signal);
const tokenizer = loadModelTokenizer(files.tokenizer);
const session = await InferenceSession.create(files.model, {
  intraOpNumThreads: availableParallelism(),
  extra: { session: { intra_op: { allow_spinning: process.env.SPINNING ?? '0' } } },
});
const reranker = createCrossEncoder({ row, files, depth: passageCount, log: silentLogger });

const texts = markdownTexts(passageCount).map((text) => firstTokens(text, row.maxTokens - 40));
const queries = [0.3, 0.7].map((share) => headingOf(texts[Math.floor(share * texts.length)] ?? ''));
const asked: readonly Asked[] = queries.map((query) => ({
  query,
  pairs: texts.map((text) => encode(query, text)),
}));

console.log(`${machine}; ${weights}`);
const { tokens } = await checked();
console.log(
  `${texts.length} passages a query, ${Math.round(tokens / texts.length)} tokens a pair on average`,
);
await compare();
for (const size of [96, 224, 448]) await depthWithinBudget(size);
await session.release();
await reranker.close();

/** Both ways give the same scores: what is timed is the same work. */
async function checked(): Promise<{ tokens: number }> {
  const [first] = asked;
  if (first === undefined) throw new Error('no query');
  const { scores, usage } = await rerank(first.query, texts);
  const bare = await runBare(first.pairs, 1);
  const furthest = Math.max(
    ...scores.map((score, i) => Math.abs(score - 1 / (1 + Math.exp(-(bare[i] ?? 0))))),
  );
  if (furthest > 1e-4) throw new Error(`a score is ${furthest} away from bare ONNX Runtime's`);
  return { tokens: usage.inputTokens };
}

interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function compare(): Promise<void> {
  const ways = [
    { name: 'ours', run: (asking: Asked) => rerank(asking.query, texts) },
    ...batchSizes.map((size) => ({
      name: size === 1 ? 'bare, one pair a run' : `bare, batches of ${size}`,
      run: (asking: Asked) => runBare(asking.pairs, size),
    })),
  ];
  const costs = ways.map((): Cost[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const asking of asked) {
      for (const [index, way] of ways.entries()) costs[index]?.push(await costOf(() => way.run(asking)));
    }
  }
  const medians = ways.map(({ name }, index) => ({
    name,
    seconds: median((costs[index] ?? []).map(({ seconds }) => seconds)),
    cpuSeconds: median((costs[index] ?? []).map(({ cpuSeconds }) => cpuSeconds)),
  }));
  for (const { name, seconds, cpuSeconds } of medians) {
    const speed = `${(texts.length / seconds).toFixed(1)} pairs/s, ${(texts.length / cpuSeconds).toFixed(1)} a CPU second`;
    console.log(`${name.padEnd(22)} ${speed}`);
  }
  const [ours, ...bare] = medians;
  const ratio = (key: keyof Cost) => (ours?.[key] ?? Number.NaN) / Math.min(...bare.map((one) => one[key]));
  printRatio('rerank ÷ best bare ONNX Runtime, time', ratio('seconds'), '≤ 1.10');
  printRatio('rerank ÷ best bare ONNX Runtime, processor time', ratio('cpuSeconds'), '≤ 1.10');
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const { seconds } = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpuSeconds: (user + system) / 1_000_000 };
}

/** The most passages of a length whose median rerank stays within the budget. */
async function depthWithinBudget(size: number): Promise<void> {
  const long = texts.join('\n');
  const step = Math.floor(long.length / 200);
  const passages = Array.from({ length: 200 }, (_, i) => firstTokens(long.slice(i * step), size));
  const query = queries[0] ?? '';
  let depth = 32;
  let times: number[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    times = [];
    for (let run = 0; run < 15; run += 1) {
      times.push((await timed(() => rerank(query, passages.slice(0, depth)))).seconds * 1_000);
    }
    const fits = Math.max(1, Math.min(passages.length, Math.floor((depth * budgetMs) / median(times))));
    if (median(times) <= budgetMs && fits <= depth * 1.05) break;
    depth = fits;
  }
  const figures = `median ${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`;
  console.log(`depth that ${budgetMs} ms buy with passages of ${size} tokens: ${depth} (${figures})`);
}

function rerank(query: string, passages: readonly string[]) {
  return reranker.rerank(
    query,
    passages.map((text, index) => ({ chunkId: `c${index}` as ChunkId, text })),
    { signal },
  );
}

function headingOf(text: string): string {
  return text.split('\n')[0]?.replace(/^#+ */, '').slice(0, 80) || 'How is it configured?';
}

/** The start of a text, so many tokens of it at most. */
function firstTokens(text: string, limit: number): string {
  let [low, high] = [0, Math.min(text.length, limit * 12)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tokenizer.count(text.slice(0, middle)) <= limit) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low);
}

interface Asked {
  readonly query: string;
  readonly pairs: readonly Pair[];
}

interface Pair {
  readonly ids: readonly number[];
  /** Where the passage begins. */
  readonly passageAt: number;
}

function encode(query: string, passage: string): Pair {
  const { ids, first, last } = tokenizer;
  const head = [first, ...ids(query), last];
  return { ids: [...head, ...ids(passage), last], passageAt: head.length };
}

/** @returns logits in the order of the pairs. */
async function runBare(pairs: readonly Pair[], size: number): Promise<number[]> {
  const order = pairs.map((_, index) => index).sort((a, b) => lengthOf(pairs, a) - lengthOf(pairs, b));
  const logits: number[] = [];
  for (let at = 0; at < order.length; at += size) {
    const batch = order.slice(at, at + size);
    const { logits: output } = await session.run(feedsOf(batch.map((index) => pairs[index] ?? noPair)));
    for (const [line, index] of batch.entries()) logits[index] = Number(output?.data[line]);
  }
  return logits;
}

const noPair: Pair = { ids: [], passageAt: 0 };

function lengthOf(pairs: readonly Pair[], index: number): number {
  return pairs[index]?.ids.length ?? 0;
}

function feedsOf(batch: readonly Pair[]): Record<string, Tensor> {
  const width = Math.max(...batch.map(({ ids }) => ids.length));
  const dims = [batch.length, width];
  const ids = new BigInt64Array(batch.length * width);
  const mask = new BigInt64Array(batch.length * width);
  const segments = new BigInt64Array(batch.length * width);
  for (const [line, pair] of batch.entries()) {
    ids.set(pair.ids.map(BigInt), line * width);
    mask.fill(1n, line * width, line * width + pair.ids.length);
    segments.fill(1n, line * width + pair.passageAt, line * width + pair.ids.length);
  }
  return {
    input_ids: new Tensor('int64', ids, dims),
    attention_mask: new Tensor('int64', mask, dims),
    token_type_ids: new Tensor('int64', segments, dims),
  };
}
