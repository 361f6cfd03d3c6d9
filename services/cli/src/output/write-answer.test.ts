import type { AnswerEvent, AnswerResult } from '@winnow/engine';
import { expect, test } from 'vitest';
import { writeAnswer } from './write-answer.ts';

const result = {
  answer: 'Paid within 30 days [1]. The moon is cheese.',
  abstained: false,
  citations: [],
} as unknown as AnswerResult;

async function* eventsOf(
  deltas: readonly string[],
  changes: Partial<AnswerResult> = {},
): AsyncGenerator<AnswerEvent> {
  yield { type: 'sources-ready', sources: [] } as unknown as AnswerEvent;
  for (const text of deltas) yield { type: 'answer-delta', text };
  yield { type: 'answer-end', ...result, ...changes };
}

const written = async (events: AsyncIterable<AnswerEvent>, isTerminal: boolean) => {
  const pieces: string[] = [];
  await writeAnswer(events, { isTerminal, write: (text) => pieces.push(text) });
  return pieces.join('');
};
const unchecked = ['Paid within 30 days [1]. ', 'The moon is cheese [1].'];

test('a file gets the checked answer and nothing else', async () => {
  expect(await written(eventsOf(unchecked), false)).toBe('Paid within 30 days [1]. The moon is cheese.\n');
});

test('a terminal gets the text as it comes, and the checked answer where it differs', async () => {
  expect(await written(eventsOf(unchecked), true)).toBe(
    'Paid within 30 days [1]. The moon is cheese [1].\n\n' +
      'After the check of its citations:\nPaid within 30 days [1]. The moon is cheese.\n',
  );
});

test('a terminal gets an answer that passed its check once', async () => {
  expect(await written(eventsOf([result.answer]), true)).toBe(`${result.answer}\n`);
});

test.each([true, false])('an answer that was withheld is not written (terminal: %s)', async (isTerminal) => {
  expect(await written(eventsOf([], { answer: '', abstained: true }), isTerminal)).toBe('');
});
