/**
 * Asks what a user would ask over texts of others, and judges what is quoted: documentation of the packages that the lockfile has
 * installed, and with the folder of judged data sets also documentation in Chinese and what offices have written.
 *
 *     node test/bench/questions-elsewhere.ts [DATA] [--set installed|chinese|offices] [--half seen|kept] [--before CHECKOUT] [--show]
 *
 * Limits and weights of quoted answers were chosen with the half that was seen. Verdicts are those of
 * `questions.ts`. With another checkout of this repository, it answers over the same index in the same run. `--show` prints answers: those
 * that are judged differently, or without another checkout all.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { askByQuoting, ingestOnce } from './support/ask-corpus.ts';
import { embeddedConfig, machine, percentile } from './support/bench.ts';
import { type AskedQuestion, type Judgement, judge, overviewOf } from './support/judge-answer.ts';
import { type TextSet, textSets } from './support/other-texts.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string' },
    half: { type: 'string' },
    before: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const signal = AbortSignal.timeout(3_600_000);
const root = join(import.meta.dirname, '../..');
const sets = textSets(root, positionals[0] ?? null).filter(
  ({ name }) => values.set === undefined || name === values.set,
);

interface Answered {
  readonly judgement: Judgement;
  readonly said: string;
  readonly ms: number;
}

console.log(machine);
for (const set of sets) await measure(set);

async function measure({ name, questions: file, copy }: TextSet): Promise<void> {
  const lines = (await readFile(join(import.meta.dirname, file), 'utf8')).split('\n').filter(Boolean);
  const questions = lines
    .map((line): AskedQuestion => JSON.parse(line))
    .filter(({ half }) => values.half === undefined || half === values.half);
  const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  try {
    const asked = { questions, docs: join(folder, 'docs'), data: join(folder, 'data') };
    const missing = await copy(asked.docs);
    if (missing.length > 0) console.log(`not to be had: ${missing.join(', ')}`);
    const now = await answersOf(openEngine, asked);
    const before = values.before === undefined ? null : await answersOf(await engineOf(values.before), asked);
    if (values.show) show(now, before);
    if (before !== null) console.log(`\n${name}, before${summaryOf(before)}`);
    console.log(`\n${name}${summaryOf(now)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summaryOf(answered: readonly Answered[]): string {
  const times = answered.map(({ ms }) => ms);
  const [half, most] = [0.5, 0.95].map((share) => percentile(times, share).toFixed(0));
  return `\n\n${overviewOf(answered.map(({ judgement }) => judgement))}\n\nsearch and answer: p50 ${half}, p95 ${most} ms`;
}

async function engineOf(checkout: string): Promise<typeof openEngine> {
  const other: { openEngine: typeof openEngine } = await import(`${checkout}/packages/engine/src/index.ts`);
  return other.openEngine;
}

interface AskedSet {
  readonly questions: readonly AskedQuestion[];
  readonly docs: string;
  /** Folder of the index. */
  readonly data: string;
}

async function answersOf(
  open: typeof openEngine,
  { questions, docs, data }: AskedSet,
): Promise<readonly Answered[]> {
  const engine = await open(embeddedConfig(data), {
    access: { kind: 'write', purpose: 'bench' },
    log: silentLogger,
  });
  try {
    await ingestOnce(engine, { name: 'elsewhere', path: docs }, signal);
    const answered: Answered[] = [];
    for (const question of questions) {
      const begun = performance.now();
      const result = await askByQuoting(engine, 'elsewhere', question.question, signal);
      const said = result.abstained ? '(nothing)' : result.answer;
      answered.push({ judgement: judge(question, result), said, ms: performance.now() - begun });
    }
    return answered;
  } finally {
    await engine.close();
  }
}

function show(now: readonly Answered[], before: readonly Answered[] | null): void {
  for (const [index, { judgement, said }] of now.entries()) {
    const other = before?.[index];
    if (other !== undefined && other.judgement.verdict === judgement.verdict) continue;
    const { id, question } = judgement.question;
    const was = other === undefined ? '' : `${other.judgement.verdict} before:\n\n${other.said}\n\nnow `;
    console.log(`### ${id} ${question}\n\n${was}${judgement.verdict}:\n\n${said}\n`);
  }
}
