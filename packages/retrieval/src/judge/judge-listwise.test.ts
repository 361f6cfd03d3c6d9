import { describe, expect, it } from 'vitest';
import type { Grade } from './parse-grade.ts';
import { answering, expert, judgeAnswer, judgeOf, shownToJudge, texts } from './test-judge.ts';

describe('a listwise judge', () => {
  const gradesOf = (grade: Grade, numbers: readonly number[]) =>
    JSON.stringify(numbers.map((passage) => ({ passage, grade })));

  it('carries the best passage from the end of a long list to its front', async () => {
    const passages = Array.from({ length: 50 }, (_, index) => `passage ${index}`);
    const { rank, asked } = judgeOf(
      answering((passage) => ({ grade: passage === 'passage 49' ? 3 : 1 })),
      { mode: 'listwise' },
    );
    const { scores } = await rank(passages);
    expect(asked).toHaveLength(8);
    expect(scores.indexOf(Math.max(...scores))).toBe(49);
    const shown = asked.map(({ messages }) => shownToJudge(messages).passages);
    expect(
      shown.filter((window) => window.includes('passage 0')).every((window) => window.includes('passage 49')),
    ).toBe(true);
  });

  it.each([
    ['first', (count: number) => Array.from({ length: count }, (_, index) => index + 1)],
    ['last', (count: number) => Array.from({ length: count }, (_, index) => count - index)],
  ])('is not moved by a model that likes the %s places', async (_name, numbers) => {
    const { rank } = judgeOf(
      ({ messages }) => [gradesOf(2, numbers(shownToJudge(messages).passages.length))],
      { mode: 'listwise' },
    );
    const { scores } = await rank(['a', 'b', 'c', 'd']);
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
  });

  it('judges the first passages where the budget does not reach all', async () => {
    const { rank, asked } = judgeOf(
      answering(() => ({ grade: 2 })),
      {
        mode: 'listwise',
        budget: { maxCalls: 3, maxTokens: 100_000 },
      },
    );
    const { judgements, notes } = await rank(Array.from({ length: 30 }, (_, index) => `passage ${index}`));
    expect(asked).toHaveLength(2);
    expect(judgements?.map((one) => one !== null)).toEqual(
      Array.from({ length: 30 }, (_, index) => index < 20),
    );
    expect(notes).toContain("the judge's budget leaves room for 20 of 30 passages");
  });

  it('leaves out a pass that does not reach the front, and says so', async () => {
    let calls = 0;
    const { rank } = judgeOf(({ messages }) => (++calls === 2 ? ['hm'] : [judgeAnswer(messages, expert)]), {
      mode: 'listwise',
    });
    const { judgements, notes } = await rank(texts);
    expect(judgements?.map((one) => one?.grade)).toEqual([3, 0, 1]);
    expect(notes).toContain('judged in one order only: position bias is not countered');
  });
});
