/**
 * Answers made of sentences of the sources: how often what is quoted holds the answer, and how often nothing is
 * quoted where nothing answers.
 *
 *     node test/bench/answers.ts FOLDER_OF_DATA [--count N] [--half first|second] [--before CHECKOUT]
 *
 * Questions are those of XQuAD-R, CMRC 2018 and DRCD, each from the five paragraphs that BM25 finds with its own
 * paragraph in the index and without, and of ePQA, from snippets about the right product (`support/reading-sets.ts`).
 * Parameters are chosen on the first half of the questions, by a hash of their ids, and figures are of the second.
 * With another checkout of this repository, its generator answers the same questions in the same run.
 */
import { parseArgs } from 'node:util';
import type { Embedder } from '@winnow/core';

import { createExtractiveGenerator } from '@winnow/retrieval';
import { machine } from './support/bench.ts';
import { isFirstHalf } from './support/claim-pairs.ts';
import { openLocalEmbedder } from './support/local-embedder.ts';
import { paragraphQuestions, productQuestions, type ReadingQuestion } from './support/reading-sets.ts';
import { rememberVectors } from './support/remember-vectors.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '400' },
    half: { type: 'string', default: 'second' },
    before: { type: 'string' },
  },
});
const data = positionals[0] ?? '../shared/data';
const count = Number(values.count);
const signal = AbortSignal.timeout(7_200_000);
type Making = typeof createExtractiveGenerator;

const ways: (readonly [string, Making])[] = [['now', createExtractiveGenerator]];
if (values.before !== undefined) {
  const other: { createExtractiveGenerator: Making } = await import(
    `${values.before}/packages/retrieval/src/index.ts`
  );
  ways.unshift(['before', other.createExtractiveGenerator]);
}

console.log(`${machine}; ${values.half} half of ${count} questions a set`);
for (const [set, model, questions] of [
  ['XQuAD English', 'all-MiniLM-L6-v2', paragraphQuestions(`${data}/xquad-r/en`, count)],
  ['XQuAD English', 'bge-small-en-v1.5', paragraphQuestions(`${data}/xquad-r/en`, count)],
  ['XQuAD Chinese', 'bge-small-zh-v1.5', paragraphQuestions(`${data}/xquad-r/zh`, count)],
  ['CMRC 2018', 'bge-small-zh-v1.5', paragraphQuestions(`${data}/cmrc2018-dev`, count)],
  ['DRCD', 'bge-small-zh-v1.5', paragraphQuestions(`${data}/drcd-test`, count)],
  ['ePQA', 'all-MiniLM-L6-v2', productQuestions(`${data}/epqa`, 10_000)],
] as const) {
  const asked = questions.filter(({ id }) => isFirstHalf(id) === (values.half === 'first'));
  const embedder = rememberVectors(await openLocalEmbedder(model, signal));
  for (const [way, make] of ways)
    console.log(`${set}, ${model}, ${way}: ${await figuresOf(make, asked, embedder)}`);
  await embedder.close();
}

async function figuresOf(
  make: Making,
  asked: readonly ReadingQuestion[],
  embedder: Embedder,
): Promise<string> {
  const generator = make({ embedder });
  const tally = { answerable: 0, answered: 0, right: 0, characters: 0, unanswerable: 0, refused: 0 };
  for (const { question, sources, holdsAnswer } of asked) {
    let quoted = '';
    for await (const delta of generator.generate(question, sources, { signal }))
      if (delta.type === 'delta') quoted += delta.text;
    if (holdsAnswer === null) {
      tally.unanswerable += 1;
      if (quoted === '') tally.refused += 1;
    } else {
      tally.answerable += 1;
      if (quoted !== '') tally.answered += 1;
      if (holdsAnswer(quoted)) tally.right += 1;
      tally.characters += quoted.length;
    }
  }
  const { answerable, answered, right, characters, unanswerable, refused } = tally;
  return [
    `answered ${share(answered, answerable)}`,
    `the answer in what was quoted ${share(right, answered)} of these, ${share(right, answerable)} of all ${answerable}`,
    `${(characters / Math.max(answered, 1)).toFixed(0)} characters each`,
    `refused ${share(refused, unanswerable)} of ${unanswerable} without an answer`,
  ].join('; ');
}

function share(part: number, whole: number): string {
  return `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
}
