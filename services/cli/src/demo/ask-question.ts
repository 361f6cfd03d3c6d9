import { type AnswerResult, answerRequestSchema, type Engine, type SearchResponse } from '@winnow/engine';
import { citationLines } from '../output/passage-lines.ts';
import { print, printNote } from '../output/print.ts';
import { shorten, tableOf } from '../output/table.ts';

/** Rows of the table: what the answer is made from. */
const shownHits = 5;

/** Asks one question and prints how each stage ordered the passages, the cited answer, and the time it took. */
export async function askQuestion(
  engine: Engine,
  corpus: string,
  question: string,
  signal: AbortSignal,
): Promise<void> {
  const request = answerRequestSchema.parse({ query: question, k: shownHits, rerankBudgetMs: null });
  let found: SearchResponse | null = null;
  let result: AnswerResult | null = null;
  for await (const event of engine.queries.answer(corpus, request, signal)) {
    if (event.type === 'sources-ready') found = event.search;
    if (event.type === 'answer-end') result = event;
  }
  if (found === null || result === null) return;
  print(`\n? ${question}`, 'bold');
  print(orderTable(found));
  print(result.abstained ? 'Nothing in the corpus supports an answer.' : result.answer);
  for (const line of citationLines(result.citations)) print(`   ${line}`);
  print(timesOf(found, result));
  for (const note of [...found.notes, ...result.notes]) printNote(`note: ${note}`);
}

function orderTable(found: SearchResponse): string {
  const rank = (stage: { readonly rank: number } | null): string => (stage === null ? '–' : `#${stage.rank}`);
  return tableOf(
    ['embedding alone', 'hybrid recall', 'after rerank', 'passage'],
    found.hits.map((hit) => [
      rank(hit.stages.dense),
      rank(hit.stages.fused),
      rank(hit.stages.rerank),
      shorten([hit.title, ...hit.headings.filter((heading) => heading !== hit.title)].join(' > '), 70),
    ]),
  );
}

function timesOf(found: SearchResponse, result: AnswerResult): string {
  const { embed, recall, fuse, rerank } = found.timingsMs;
  const stages = { 'embed query': embed, recall, fuse, rerank, answer: result.timingsMs.generate };
  const parts = Object.entries(stages).map(([stage, ms]) => `${stage} ${ms.toFixed(0)} ms`);
  return `   ${parts.join(' · ')} · total ${result.timingsMs.total.toFixed(0)} ms`;
}
