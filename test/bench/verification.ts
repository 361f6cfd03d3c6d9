/**
 * What a verification says of a change of the model on real, judged data, and what it takes.
 *
 *     node test/bench/verification.ts FOLDER MODEL[,MODEL…] [qrels] [folder for reports] [data folder]
 *
 * The documents of a folder in BEIR layout are ingested with the first model; each further model is built beside it,
 * verified by the judgements named (train by default) and promoted, whatever the report says. `MiniLM,bge,MiniLM` goes
 * there and back. With a data folder that exists, its corpus is gone on with.
 */
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import {
  type Engine,
  followRun,
  openEngine,
  type RunReport,
  type Verification,
  verificationPage,
} from '@winnow/engine';
import { embeddedConfig, machine, timed } from './support/bench.ts';

const [folder = '', modelList = '', qrels = 'train', reports = null, dataDir = null] = process.argv.slice(2);
const [first = '', ...further] = modelList.split(',');
const name = 'verified';
const signal = AbortSignal.timeout(4 * 3_600_000);

const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'winnow-bench-')));
await mkdir(directory, { recursive: true });
const engine = await openEngine(embeddedConfig(directory), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
const worker = engine.createWorker();
await worker.start();
try {
  console.log(`${machine}; ${folder}, judgements ${qrels}`);
  await prepare();
  for (const [at, model] of further.entries()) await change(at, model);
} finally {
  await worker.close({ graceMs: 5_000 });
  await engine.close();
  if (dataDir === null) await rm(directory, { recursive: true, force: true });
}

async function prepare(): Promise<void> {
  if (!(await engine.corpora.list()).some((corpus) => corpus.name === name)) {
    await engine.corpora.create({ name, sources: [{ path: await corpusFile() }], embedder: first }, signal);
  }
  const { seconds } = await timed(async () => follow(engine, await engine.runs.start(name)));
  const golden = await engine.golden.set(name, { path: folder, qrels }, signal);
  console.log(
    `${first}: ingested in ${seconds.toFixed(0)} s; ${golden.queries} golden queries, ${golden.judgements} judgements`,
  );
}

async function corpusFile(): Promise<string> {
  const plain = join(folder, 'corpus.jsonl');
  return await access(plain).then(
    () => plain,
    () => `${plain}.gz`,
  );
}

async function change(at: number, model: string): Promise<void> {
  const build = await timed(async () =>
    follow(engine, await engine.generations.reindex(name, { embedder: model }, {})),
  );
  const { value, seconds } = await timed(() => engine.quality.verify(name, {}, signal));
  console.log(`\nto ${model}: built in ${build.seconds.toFixed(0)} s, verified in ${seconds.toFixed(0)} s`);
  print(value);
  if (reports !== null) {
    await mkdir(reports, { recursive: true });
    await writeFile(join(reports, `${at + 1}-${model}.html`), await verificationPage(value));
  }
  await engine.generations.promote(
    name,
    { forced: value.report.passed ? null : 'the next step of a bench' },
    signal,
  );
}

function print({ report, differences }: Verification): void {
  for (const { name: gate, passed, detail } of report.gates) {
    console.log(`  ${passed ? 'passed' : 'FAILED'} ${gate}: ${detail}`);
  }
  console.log(`  ${report.passed ? 'passed' : 'not passed'}; ${differences.length} differences measured`);
}

async function follow(of: Engine, started: RunReport): Promise<void> {
  const report = await followRun(of.runs, started.run, signal, { onReport() {} });
  if (report.state !== 'completed') throw new Error(`the run ended as ${report.state}: ${report.reason}`);
}
