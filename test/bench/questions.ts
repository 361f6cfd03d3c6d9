/**
 * Asks what a user would ask over this project's own documentation, and judges what is quoted.
 *
 *     node test/bench/questions.ts [--questions FILE] [--english FOLDER] [--chinese FOLDER] [--half seen|kept] [--data FOLDER]
 *
 * The English and the Chinese pages become a corpus each, with the default models, in a data folder that is removed
 * afterwards unless it is named. Prints each answer in full as Markdown, with a judgement: right where it holds the text
 * that a person would point at or, to a question without one, where nothing is answered; silent where nothing is
 * answered though it should be; else wrong. The pages that show these answers are left out of the corpora.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { askByQuoting, ingestOnce } from './support/ask-corpus.ts';
import { embeddedConfig, machine } from './support/bench.ts';
import { type AskedQuestion, type Judgement, judge, overviewOf } from './support/judge-answer.ts';

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: join(import.meta.dirname, 'questions.jsonl') },
    english: { type: 'string', default: join(root, 'docs') },
    chinese: { type: 'string', default: join(root, 'docs/zh') },
    half: { type: 'string' },
    data: { type: 'string' },
  },
});
const signal = AbortSignal.timeout(3_600_000);
const lines = (await readFile(values.questions, 'utf8')).split('\n').filter(Boolean);
const questions = lines
  .map((line): AskedQuestion => JSON.parse(line))
  .filter(({ half }) => values.half === undefined || half === values.half);

const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'winnow-bench-')));
const engine = await openEngine(embeddedConfig(dataDir), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
try {
  const answers = ['**/benchmarks.md', '**/answers-in-full.md'];
  const exclude = ['zh/**', '**/*.zh.md', ...answers];
  await ingestOnce(engine, { name: 'en', path: values.english, exclude }, signal);
  await ingestOnce(engine, { name: 'zh', path: values.chinese, exclude: answers }, signal);
  const judged: Judgement[] = [];
  for (const question of questions) {
    const result = await askByQuoting(engine, question.language, question.question, signal);
    const judgement = judge(question, result);
    judged.push(judgement);
    console.log(`### ${question.id} ${question.question}\n`);
    const said = result.abstained
      ? result.nearest.map(
          ({ documentId, headings }) => `- near: ${[documentId, ...headings.slice(-1)].join(' > ')}`,
        )
      : [
          result.answer,
          '',
          ...new Set(
            result.citations.map(
              ({ n, documentId, headings }) => `- [${n}] ${[documentId, ...headings.slice(-1)].join(' > ')}`,
            ),
          ),
        ];
    console.log(`**${judgement.verdict}** (${question.half} half)\n\n${said.join('\n')}\n`);
  }
  console.log(`${machine}\n\n${overviewOf(judged)}`);
} finally {
  await engine.close();
  if (values.data === undefined) await rm(dataDir, { recursive: true, force: true });
}
