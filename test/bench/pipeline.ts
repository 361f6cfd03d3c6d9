/**
 * The whole pipeline against bare ONNX Runtime on the same chunks with the same model, and a second ingest
 * of the same files against the first.
 *
 *     node test/bench/pipeline.ts [rounds] [source folder or file]
 *
 * Prints P1 (chunks/s of the pipeline ÷ chunks/s of the best bare, length-sorted batches) and P4 (time and
 * model calls of a second ingest). P2 is printed by models-batching.ts. Rounds are interleaved and medians taken. The pipeline's
 * time runs from accepting the run to its last commit: listing, parsing, splitting, embedding, indexing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { followRun, openEngine } from '@winnow/engine';
import { createModelStore, loadModelTokenizer, localModel } from '@winnow/models';
import { embeddingTextOf } from '@winnow/text';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  embeddedConfig,
  installedDocs,
  machine,
  median,
  modelCache,
  printRatio,
  timed,
} from './support/bench.ts';

const rounds = Number(process.argv[2] ?? 3);
const source = process.argv[3] ?? installedDocs();
const modelName = 'all-MiniLM-L6-v2';
const batchSizes = [8, 16, 32];
const signal = AbortSignal.timeout(3_600_000);

const row = localModel('embedding', modelName);
const files = await createModelStore({
  cacheDir: modelCache(),
  modelsDir: null,
  hubEndpoint: null,
  log: silentLogger,
}).fetch(row, signal);
const tokenizer = loadModelTokenizer(files.tokenizer);
const session = await InferenceSession.create(files.model, { intraOpNumThreads: availableParallelism() });

const pipeline: number[] = [];
const bare = new Map(batchSizes.map((size): [number, number[]] => [size, []]));
const again: number[] = [];
let modelCallsAgain = 0;
let chunkCount = 0;
for (let round = 0; round < rounds; round += 1) {
  const { first, second, texts } = await ingestTwice();
  chunkCount = first.chunks.embedded;
  pipeline.push(chunkCount / first.seconds);
  again.push(second.seconds / first.seconds);
  modelCallsAgain += second.modelCalls;
  const encoded = texts.map((text) => encode(text)).toSorted((a, b) => a.length - b.length);
  for (const size of batchSizes) {
    const { seconds } = await timed(() => runSorted(encoded, size));
    bare.get(size)?.push(encoded.length / seconds);
  }
}
await session.release();

const best =
  batchSizes.map((size) => median(bare.get(size) ?? [])).toSorted((a, b) => b - a)[0] ?? Number.NaN;
console.log(`${machine}; ${chunkCount} chunks, ${rounds} rounds`);
console.log(
  `pipeline ${median(pipeline).toFixed(1)} chunks/s; bare, best sorted batch ${best.toFixed(1)} chunks/s`,
);
printRatio('P1 pipeline ÷ bare ONNX Runtime, chunks/s', median(pipeline) / best, '≥ 0.90');
printRatio('P4 second ÷ first ingest, time', median(again), '≤ 0.02');
console.log(`P4 model calls of the second ingest: ${modelCallsAgain} (target 0)`);

async function ingestTwice() {
  const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  const engine = await openEngine(embeddedConfig(dataDir), {
    access: { kind: 'write', purpose: 'bench' },
    log: silentLogger,
  });
  const worker = engine.createWorker();
  try {
    await engine.corpora.create({ name: 'bench', sources: [{ path: source }], embedder: modelName }, signal);
    // The model is loaded before the clock starts: a worker loads it once in its life.
    await engine.models.warm('bench', signal);
    await worker.start();
    const first = await ingest();
    const second = await ingest();
    const texts: string[] = [];
    for await (const line of engine.documents.export('bench', { vectors: false, signal })) {
      const chunk: { title: string; headings: string[]; text: string } = JSON.parse(line);
      texts.push(embeddingTextOf(chunk.title, chunk));
    }
    return { first, second, texts };
  } finally {
    await worker.close({ graceMs: 1_000 });
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  }

  async function ingest() {
    const started = await engine.runs.start('bench');
    return await followRun(engine.runs, started.run, signal, { onReport() {} });
  }
}

function encode(text: string): readonly number[] {
  const { ids, first, last } = tokenizer;
  return [first, ...ids(text, row.maxTokens).slice(0, row.maxTokens - 2), last];
}

async function runSorted(encoded: readonly (readonly number[])[], size: number): Promise<void> {
  for (let at = 0; at < encoded.length; at += size) await session.run(feedsOf(encoded.slice(at, at + size)));
}

function feedsOf(batch: readonly (readonly number[])[]): Record<string, Tensor> {
  const width = Math.max(...batch.map((ids) => ids.length));
  const dims = [batch.length, width];
  const ids = new BigInt64Array(batch.length * width);
  const mask = new BigInt64Array(batch.length * width);
  for (const [line, tokens] of batch.entries()) {
    for (const [at, token] of tokens.entries()) {
      ids[line * width + at] = BigInt(token);
      mask[line * width + at] = 1n;
    }
  }
  return {
    input_ids: new Tensor('int64', ids, dims),
    attention_mask: new Tensor('int64', mask, dims),
    token_type_ids: new Tensor('int64', new BigInt64Array(batch.length * width), dims),
  };
}
