/**
 * How often the answer cache would take one question for another that has a different answer.
 *
 *     node test/bench/answer-cache.ts MODEL FOLDER [first] [end]
 *
 * The folder has `queries.jsonl` with `_id` and `text`, and `answers.jsonl` with `query_id` and `answers`, such as
 * questions of a reading comprehension set, many about one paragraph; `first` and `end` take a part of them. Prints
 * the share of questions that have another one, worded otherwise and with no answer in common, which would be taken
 * for the same; the share by the cosine of the vectors alone; and what of polite rewordings is found again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type EmbeddedQuestion, leastCosine, sameQuestion } from '@winnow/retrieval';
import { machine } from './support/bench.ts';
import { openLocalEmbedder } from './support/local-embedder.ts';

const [model = 'all-MiniLM-L6-v2', folder = '', first = '0', end = '100000'] = process.argv.slice(2);
const signal = AbortSignal.timeout(3_600_000);

const queries: readonly { _id: string; text: string }[] = linesOf('queries.jsonl').slice(
  Number(first),
  Number(end),
);
const answers = new Map<string, readonly string[]>(
  linesOf('answers.jsonl').map(({ query_id, answers: own }) => [query_id, own]),
);

const rewordings: readonly ((question: string) => string)[] = [
  (question) => question.replace(/[?？]$/, ''),
  (question) => question.toLowerCase(),
  (question) => (/\p{Script=Han}/u.test(question) ? `请问${question}` : `Please tell me: ${question}`),
  (question) => (/\p{Script=Han}/u.test(question) ? `我想知道${question}` : `Can you tell me ${question}`),
];

const embedder = await openLocalEmbedder(model, signal);
try {
  const questions = await embed(queries.map(({ text }) => text));
  const wrong = shareOfWrong(questions, sameQuestion);
  const byCosine = shareOfWrong(questions, (one, other) => cosine(one, other) >= leastCosine);
  console.log(`${machine}; ${model}, ${questions.length} questions`);
  console.log(`taken for another question: ${percent(wrong)}; by the cosine alone: ${percent(byCosine)}`);
  const some = questions.slice(0, 100);
  for (const [index, reword] of rewordings.entries()) {
    const reworded = await embed(some.map(({ question }) => reword(question)));
    const found = reworded.filter((asked, at) => some[at] !== undefined && sameQuestion(asked, some[at]));
    console.log(`reworded ${index + 1}: ${percent(found.length / some.length)} found again`);
  }
} finally {
  await embedder.close();
}

function linesOf(name: string) {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

async function embed(texts: readonly string[]): Promise<readonly EmbeddedQuestion[]> {
  const embedded: EmbeddedQuestion[] = [];
  for (let at = 0; at < texts.length; at += embedder.maxTextsPerCall) {
    const batch = texts.slice(at, at + embedder.maxTextsPerCall);
    const { vectors } = await embedder.embed(batch, { purpose: 'query', signal });
    embedded.push(...vectors.map((vector, index) => ({ question: batch[index] ?? '', vector })));
  }
  return embedded;
}

function shareOfWrong(
  questions: readonly EmbeddedQuestion[],
  isSame: (one: EmbeddedQuestion, other: EmbeddedQuestion) => boolean,
): number {
  const mistaken = questions.filter((one, index) =>
    questions.some((other, at) => at !== index && differ(index, at) && isSame(one, other)),
  );
  return mistaken.length / questions.length;
}

/** Worded otherwise, and no answer of one within an answer of the other. */
function differ(one: number, other: number): boolean {
  const [left, right] = [queries[one], queries[other]];
  if (left === undefined || right === undefined || left.text === right.text) return false;
  const own = answers.get(left._id) ?? [];
  const others = answers.get(right._id) ?? [];
  return !own.some((answer) => others.some((text) => text.includes(answer) || answer.includes(text)));
}

function cosine({ vector: left }: EmbeddedQuestion, { vector: right }: EmbeddedQuestion): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
