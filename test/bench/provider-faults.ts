/**
 * What a provider's faults cost: the same texts ingested through a remote embedder whose server refuses or
 * breaks 1 % of the calls (429 with Retry-After, 500, 503), and through one that never does.
 *
 *     node test/bench/provider-faults.ts [rounds] [chunks]
 *
 * Prints P11 (chunks/s with faults ÷ without) and how many texts were embedded more than once, which must be
 * none. The server is a stand-in in a process of its own, asked for 32 texts a call as any server of one's own; texts are passages of the installed packages' manuals.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { followRun, openEngine } from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import { machine, median, printRatio } from './support/bench.ts';
import type { ProviderCounts } from './support/fake-provider.ts';

const rounds = Number(process.argv[2] ?? 2);
const chunks = Number(process.argv[3] ?? 20_000);
const faultRate = 0.01;
const signal = AbortSignal.timeout(3_600_000);

const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const source = join(folder, 'passages.jsonl');
await writeFile(
  source,
  passages(chunks)
    .map((record) => `${JSON.stringify(record)}\n`)
    .join(''),
);

const clean: number[] = [];
const faulty: number[] = [];
let again = 0;
try {
  for (let round = 0; round < rounds; round += 1) {
    clean.push(await chunksPerSecond(0));
    faulty.push(await chunksPerSecond(faultRate));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${machine}; ${chunks} passages, ${rounds} rounds`);
console.log(`clean ${median(clean).toFixed(0)} chunks/s; with faults ${median(faulty).toFixed(0)} chunks/s`);
printRatio(
  `P11 with ${faultRate * 100} % of the calls failing ÷ clean, chunks/s`,
  median(faulty) / median(clean),
  '≥ 0.90',
);
console.log(`texts embedded more than once: ${again} (target 0)`);

async function chunksPerSecond(rate: number): Promise<number> {
  const provider = fork(join(import.meta.dirname, 'support/fake-provider.ts'), [String(rate)]);
  const dataDir = await mkdtemp(join(folder, 'data-'));
  try {
    const baseUrl = String(await answerOf(provider));
    const config = loadConfig({ WINNOW_DATA_DIR: dataDir, OPENAI_BASE_URL: baseUrl });
    const engine = await openEngine(config, {
      access: { kind: 'write', purpose: 'bench' },
      log: silentLogger,
    });
    const worker = engine.createWorker();
    try {
      await engine.corpora.create(
        { name: 'bench', sources: [{ path: source }], embedder: 'openai:bench-model' },
        signal,
      );
      await worker.start();
      const { run } = await engine.runs.start('bench');
      const report = await followRun(engine.runs, run, signal, { onReport() {} });
      if (report.state !== 'completed' || report.documents.failed > 0) {
        throw new Error(`the run ended as ${report.state}, ${report.documents.failed} documents failed`);
      }
      provider.send('counts');
      const counts = (await answerOf(provider)) as ProviderCounts;
      again += counts.textsEmbeddedAgain;
      console.log(
        `${report.chunks.embedded} chunks in ${report.seconds.toFixed(1)} s; ` +
          `${counts.requests} requests, ${counts.failed} failed, ${counts.textsEmbedded} texts embedded`,
      );
      // After a failed job, what it had embedded comes from the cache and counts as reused.
      return (report.chunks.embedded + report.chunks.reused) / report.seconds;
    } finally {
      await worker.close({ graceMs: 1_000 });
      await engine.close();
    }
  } finally {
    provider.disconnect();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message', { signal });
  return message;
}

/** Distinct passages of a hundred words that overlap, each a document of its own. */
function passages(count: number): readonly { id: string; text: string }[] {
  const root = join(import.meta.dirname, '../../node_modules/.pnpm');
  const found = new Map<string, { id: string; text: string }>();
  for (const file of globSync('*/node_modules/{*,@*/*}/**/*.md', { cwd: root })) {
    const words = readFileSync(join(root, file), 'utf8').split(/\s+/);
    for (let at = 0; at + 100 <= words.length && found.size < count; at += 40) {
      const text = words
        .slice(at, at + 100)
        .join(' ')
        .slice(0, 1_200);
      if (!found.has(text)) found.set(text, { id: `passage-${found.size}`, text });
    }
    if (found.size === count) break;
  }
  if (found.size < count) throw new Error(`only ${found.size} passages: pass a lower number`);
  return [...found.values()];
}
