/**
 * Asks what a user would ask over the documentation of other projects, as the lockfile has installed them, and judges
 * what is quoted.
 *
 *     node test/bench/questions-elsewhere.ts [--half seen|kept] [--before CHECKOUT] [--show]
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
import { copyInstalledDocs } from './support/installed-docs.ts';
import { type AskedQuestion, type Judgement, judge, overviewOf } from './support/judge-answer.ts';

const { values } = parseArgs({
  options: {
    half: { type: 'string' },
    before: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const signal = AbortSignal.timeout(3_600_000);
const lines = (await readFile(join(import.meta.dirname, 'questions-elsewhere.jsonl'), 'utf8')).split('\n');
const questions = lines
  .filter(Boolean)
  .map((line): AskedQuestion => JSON.parse(line))
  .filter(({ half }) => values.half === undefined || half === values.half);

interface Answered {
  readonly judgement: Judgement;
  readonly said: string;
  readonly ms: number;
}

const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
try {
  const docs = join(folder, 'docs');
  const missing = await copyInstalledDocs(join(import.meta.dirname, '../..'), docs);
  if (missing.length > 0) console.log(`not installed: ${missing.join(', ')}`);
  const now = await answersOf(openEngine, docs);
  const before = values.before === undefined ? null : await answersOf(await engineOf(values.before), docs);
  if (values.show) show(now, before);
  console.log(machine);
  if (before !== null) console.log(`\nbefore${summaryOf(before)}\n\nnow`);
  console.log(summaryOf(now));
} finally {
  await rm(folder, { recursive: true, force: true });
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

async function answersOf(open: typeof openEngine, docs: string): Promise<readonly Answered[]> {
  const engine = await open(embeddedConfig(join(folder, 'data')), {
    access: { kind: 'write', purpose: 'bench' },
    log: silentLogger,
  });
  try {
    await ingestOnce(engine, { name: 'en', path: docs }, signal);
    const answered: Answered[] = [];
    for (const question of questions) {
      const begun = performance.now();
      const result = await askByQuoting(engine, question.language, question.question, signal);
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
