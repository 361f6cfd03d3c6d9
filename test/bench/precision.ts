/**
 * int8 against fp32 weights of the same model (P3): chunks/s of the embedder as it is used, and nDCG@10 through
 * the whole pipeline.
 *
 *     node test/bench/precision.ts [model] [texts] [rounds] [BEIR folder]
 *
 * Without a folder of judged data only the speed is measured. Texts are Markdown from the dependencies of this
 * repository; ways are interleaved and medians taken. With a folder, its documents are ingested once for each
 * precision into a data folder that is removed afterwards.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Embedder, silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';

import { embeddedConfig, machine, median, printRatio, timed } from './support/bench.ts';
import { openLocalEmbedder } from './support/local-embedder.ts';
import { markdownTexts } from './support/markdown-texts.ts';

const name = process.argv[2] ?? 'all-MiniLM-L6-v2';
const textCount = Number(process.argv[3] ?? 192);
const rounds = Number(process.argv[4] ?? 5);
const data = process.argv[5] ?? null;
const signal = AbortSignal.timeout(3_600_000);
const precisions = ['int8', 'fp32'] as const;

console.log(`${machine}; ${name}`);
await compareSpeed();
if (data !== null) await compareQuality(data);

async function compareSpeed(): Promise<void> {
  const texts = markdownTexts(textCount);
  const embedders = await Promise.all(precisions.map(openEmbedder));
  const speeds = embedders.map((): number[] => []);
  for (const embedder of embedders) await embedAll(embedder, texts.slice(0, 16));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, embedder] of embedders.entries()) {
      const { seconds } = await timed(() => embedAll(embedder, texts));
      speeds[index]?.push(texts.length / seconds);
    }
  }
  const [int8 = Number.NaN, fp32 = Number.NaN] = speeds.map(median);
  console.log(`${texts.length} texts: int8 ${int8.toFixed(1)} chunks/s, fp32 ${fp32.toFixed(1)} chunks/s`);
  printRatio('P3 int8 ÷ fp32, chunks/s', int8 / fp32, '≥ 1.6');
  await Promise.all(embedders.map((embedder) => embedder.close()));
}

async function openEmbedder(precision: string): Promise<Embedder> {
  return openLocalEmbedder(`${name}@${precision}`, signal);
}

async function embedAll(embedder: Embedder, texts: readonly string[]): Promise<void> {
  for (let start = 0; start < texts.length; start += embedder.maxTextsPerCall) {
    const call = texts.slice(start, start + embedder.maxTextsPerCall);
    await embedder.embed(call, { purpose: 'document', signal });
  }
}

async function compareQuality(folder: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  const engine = await openEngine(embeddedConfig(dataDir), {
    access: { kind: 'write', purpose: 'bench' },
    log: silentLogger,
  });
  try {
    const reports = [];
    for (const precision of precisions) {
      const request = { data: folder, modes: ['dense', 'hybrid'] as const, embedder: `${name}@${precision}` };
      reports.push(await engine.evaluate(request, signal));
    }
    for (const mode of ['dense', 'hybrid'] as const) {
      const [int8 = Number.NaN, fp32 = Number.NaN] = reports.map(({ modes }) => modes[mode]?.['ndcg@10']);
      const loss = `lost ${(fp32 - int8).toFixed(4)} (target ≤ 0.005)`;
      console.log(`P3 nDCG@10, ${mode}: int8 ${int8.toFixed(4)}, fp32 ${fp32.toFixed(4)}, ${loss}`);
    }
  } finally {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
