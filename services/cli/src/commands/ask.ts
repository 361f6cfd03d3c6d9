import { parseGiven } from '@winnow/core';
import type { AnswerResult } from '@winnow/engine';
import { answerRequestSchema, collectAnswer, searchModes } from '@winnow/engine/requests';
import { exitCodes } from '@winnow/runtime';
import { type Command, Option } from 'commander';
import { filter, numberBetween, readJsonFile, wholeNumber } from '../arguments.ts';
import { costText } from '../output/cost.ts';
import { citationLines, nearestLines } from '../output/passage-lines.ts';
import { print, printJson, printNote, printPiece } from '../output/print.ts';

import { type AnswerOutput, writeAnswer } from '../output/write-answer.ts';
import { withQueries } from '../queries/with-queries.ts';
import type { Environment } from '../with-engine.ts';

export function registerAsk(program: Command, environment: Environment): void {
  program
    .command('ask <name> <query...>')
    .description('Answer a question from a corpus, with citations that were checked.')
    .addOption(new Option('--mode <mode>', 'legs of the recall').choices([...searchModes]).default('hybrid'))
    .option('-k <n>', 'passages to answer from', wholeNumber(1, 10), 5)
    .option('--neighbours <n>', 'chunks before and after each passage to read too', wholeNumber(0, 2), 1)
    .option('--threshold <score>', 'lowest rerank score, 0–1; cross-encoders and judges', numberBetween(0, 1))
    .option('--rerank <model>', "reranker, or none (default: the configuration's)")
    .option('--generator <model>', 'chat model, or extractive (default: the configuration’s)')
    .option('--filter <json>', 'condition on metadata', filter)
    .option('--history <file>', 'turns before the question: JSON [{"role":"user","content":"…"}, …]')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow ask handbook "how do I roll back?"
  $ winnow ask handbook "怎样回滚？" --json
  $ WINNOW_CHAT_MODEL=gpt-4o-mini OPENAI_API_KEY=… winnow ask handbook "how do I roll back?"

A terminal shows the text as it comes, and the checked answer after it where the two differ; a file or a pipe
gets the checked answer alone. Without a chat model the answer is quoted from the sources.
Where nothing supports an answer it abstains, shows the three nearest passages, and ends with exit code 1.`,
    )
    .action(async (name: string, words: readonly string[], options: Record<string, unknown>) => {
      const { json: asJson, history: file, ...rest } = options;
      const history = typeof file === 'string' ? await readJsonFile(file) : [];
      const request = parseGiven(
        answerRequestSchema,
        { query: words.join(' '), history, ...rest },
        'the request',
      );
      await withQueries(environment, name, request, async ({ queries, signal, notesOn }, asked) => {
        const events = queries.answer(name, asked, signal);
        const result =
          asJson === true ? await collectAnswer(events) : await writeAnswer(events, toStandardOutput());
        if (result === null) return;
        const found = 'sources' in result ? result.sources.length : result.sourceCount;
        const notes = [...result.notes, ...(await notesOn(found))];
        if (asJson === true) printJson({ ...result, notes });
        else printAnswer({ ...result, notes });
        if (result.abstained) process.exitCode ??= exitCodes.no;
      });
    });
}

function toStandardOutput(): AnswerOutput {
  const { stdout } = process;
  return { isTerminal: stdout.isTTY === true, write: printPiece };
}

/** That there is no answer, and what comes nearest. */
function abstention({ nearest }: AnswerResult): string {
  const nothing = 'Nothing in the corpus supports an answer.';
  if (nearest.length === 0) return nothing;
  return [`${nothing} The nearest passages:`, ...nearestLines(nearest)].join('\n');
}

function printAnswer(result: AnswerResult): void {
  if (result.abstained) print(abstention(result));
  for (const line of citationLines(result.citations)) print(line);
  for (const note of result.notes) printNote(`note: ${note}`);
  const { firstToken, total } = result.timingsMs;
  const first = firstToken === null ? '' : `first word after ${firstToken.toFixed(0)} ms, `;
  printNote(`${first}${total.toFixed(0)} ms in all; ${costText(result.cost)}`);
}
