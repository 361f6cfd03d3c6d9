/**
 * One text an inference against batches sorted by length, on bare ONNX Runtime with the same threads, model
 * and texts, and our embedder (one text an inference, a worker a core) against both: Markdown from the
 * dependencies of this repository, cut at the model's limit.
 *
 *     node test/bench/models-batching.ts [texts] [rounds]
 *
 * `SPINNING=1` lets threads spin while they wait, as ONNX Runtime does by default.
 *
 * Prints chunks/s of one text a run ÷ chunks/s of the best batch size, by the clock and by processor time
 * (which other programs on the machine disturb less), real ÷ padded tokens (P2), and how far a vector moves
 * with its neighbours. Ways are interleaved and medians taken: only the ratios mean something.
 */
import { availableParallelism } from 'node:os';
import { silentLogger } from '@winnow/core';
import {
  createModelStore,
  createOnnxEmbedder,
  loadModelTokenizer,
  localModel,
  type ModelTokenizer,
} from '@winnow/models';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { median, modelCache, printRatio as printAim } from './support/bench.ts';
import { markdownTexts } from './support/markdown-texts.ts';

const textCount = Number(process.argv[2] ?? 192);
const rounds = Number(process.argv[3] ?? 5);
const batchSizes = [4, 8, 16, 32];

const row = localModel('embedding', 'all-MiniLM-L6-v2');
const store = createModelStore({
  cacheDir: modelCache(),
  modelsDir: process.env.WINNOW_MODELS_DIR ?? null,
  hubEndpoint: process.env.HF_ENDPOINT ?? null,
  log: silentLogger,
});
const files = await store.fetch(row, AbortSignal.timeout(300_000));
const tokenizer = loadModelTokenizer(files.tokenizer);
const session = await InferenceSession.create(files.model, {
  intraOpNumThreads: availableParallelism(),
  extra: { session: { intra_op: { allow_spinning: process.env.SPINNING ?? '0' } } },
});

const originals = markdownTexts(textCount);
const texts = originals.map((text) => encode(text, tokenizer));
const sorted = texts.toSorted((a, b) => a.length - b.length);
const realTokens = texts.reduce((sum, ids) => sum + ids.length, 0);
const ways = [
  { name: 'one text', batches: texts.map((ids) => [ids]) },
  ...batchSizes.map((size) => ({ name: `sorted batches of ${size}`, batches: batchesOf(sorted, size) })),
];

const embedder = createOnnxEmbedder({ row, files, log: silentLogger });
const embeddedPerSecond: number[] = [];

for (const way of ways) await run(way.batches.slice(0, 4));
await embedAll();
const measured = ways.map((): { wall: number; cpu: number }[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, way] of ways.entries()) measured[index]?.push(await timed(way.batches));
  const started = performance.now();
  await embedAll();
  embeddedPerSecond.push(textCount / ((performance.now() - started) / 1_000));
}
const speeds = ways.map(({ name, batches }, index) => ({
  name,
  chunksPerSecond: textCount / median((measured[index] ?? []).map(({ wall }) => wall)),
  chunksPerCpuSecond: textCount / median((measured[index] ?? []).map(({ cpu }) => cpu)),
  realTokens: realTokens / batches.reduce((sum, batch) => sum + batch.length * longest(batch), 0),
}));
const [single, ...batched] = speeds;
console.log(`${textCount} texts, ${Math.round(realTokens / textCount)} tokens on average, ${rounds} rounds`);
for (const { name, chunksPerSecond, chunksPerCpuSecond, realTokens } of speeds) {
  const speed = `${chunksPerSecond.toFixed(1)} chunks/s, ${chunksPerCpuSecond.toFixed(1)} chunks per CPU second`;
  console.log(`${name.padEnd(22)} ${speed}, real ÷ padded tokens ${realTokens.toFixed(3)}`);
}
printRatio('chunks/s', 'chunksPerSecond');
printRatio('chunks per CPU second', 'chunksPerCpuSecond');
const embedderSpeed = median(embeddedPerSecond);
const bestBatch = Math.max(...batched.map(({ chunksPerSecond }) => chunksPerSecond));
console.log(`our embedder, a worker a core, tokenising too: ${embedderSpeed.toFixed(1)} chunks/s`);
printAim('our embedder ÷ best batch, chunks/s', embedderSpeed / bestBatch, '≥ 0.90');
console.log(`P2 real ÷ padded tokens: ${single?.realTokens.toFixed(3)}`);
console.log(
  `smallest cosine of a text's vector in a batch of 32 to its vector alone: ${(await drift()).toFixed(5)}`,
);
await session.release();
await embedder.close();

/** All texts through the embedder as ingestion calls it. */
async function embedAll(): Promise<void> {
  const options = { purpose: 'document', signal: AbortSignal.timeout(600_000) } as const;
  for (let start = 0; start < originals.length; start += embedder.maxTextsPerCall) {
    await embedder.embed(originals.slice(start, start + embedder.maxTextsPerCall), options);
  }
}

function encode(text: string, { ids, first, last }: ModelTokenizer): number[] {
  return [first, ...ids(text, row.maxTokens).slice(0, row.maxTokens - 2), last];
}

function batchesOf(items: readonly number[][], size: number): number[][][] {
  const batches: number[][][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}

async function timed(batches: readonly number[][][]): Promise<{ wall: number; cpu: number }> {
  const started = performance.now();
  const before = process.cpuUsage();
  await run(batches);
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - started) / 1_000, cpu: (user + system) / 1_000_000 };
}

function printRatio(label: string, key: 'chunksPerSecond' | 'chunksPerCpuSecond'): void {
  const best = batched.toSorted((a, b) => b[key] - a[key])[0];
  const ratio = (single?.[key] ?? 0) / (best?.[key] ?? 1);
  console.log(`${label}, one text ÷ best batch (${best?.name}): ${ratio.toFixed(2)}`);
}

async function run(batches: readonly number[][][]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const batch of batches) vectors.push(...(await embed(batch)));
  return vectors;
}

/** Pads to the longest, and takes the mean over the real tokens. */
async function embed(batch: readonly number[][]): Promise<Float32Array[]> {
  const width = longest(batch);
  const shape = [batch.length, width];
  const ids = new BigInt64Array(batch.length * width);
  const mask = new BigInt64Array(batch.length * width);
  for (const [line, text] of batch.entries()) {
    ids.set(text.map(BigInt), line * width);
    mask.fill(1n, line * width, line * width + text.length);
  }
  const output = await session.run({
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', mask, shape),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
  });
  const data = output.last_hidden_state?.data;
  if (!(data instanceof Float32Array)) throw new Error('no vectors');
  return batch.map((text, line) => mean(data, line * width, text.length));
}

function mean(data: Float32Array, firstToken: number, tokens: number): Float32Array {
  const vector = new Float32Array(row.dimensions);
  for (let token = firstToken; token < firstToken + tokens; token++) {
    for (let i = 0; i < vector.length; i++) {
      vector[i] = (vector[i] ?? 0) + (data[token * row.dimensions + i] ?? 0);
    }
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

async function drift(): Promise<number> {
  const batch = sorted.slice(-32);
  const together = await embed(batch);
  let smallest = 1;
  for (const [index, text] of batch.entries()) {
    const [alone] = await embed([text]);
    const cosine = (alone ?? new Float32Array()).reduce(
      (sum, x, i) => sum + x * (together[index]?.[i] ?? 0),
      0,
    );
    smallest = Math.min(smallest, cosine);
  }
  return smallest;
}

function longest(batch: readonly number[][]): number {
  return Math.max(...batch.map((text) => text.length));
}
