import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { scriptedChatModel } from '../test-chat-model.ts';
import { createJudgeReranker } from './judge-reranker.ts';
import {
  answering,
  expert,
  hangingModel,
  judgeAnswer,
  judgeOf,
  passagesOf,
  shownToJudge,
  texts,
} from './test-judge.ts';

const signal = new AbortController().signal;

describe('a pointwise judge', () => {
  it('shows each call one passage: no other can reach its grade', async () => {
    const { rank, asked } = judgeOf(answering(expert));
    await rank(texts);
    expect(asked.map(({ messages }) => shownToJudge(messages).passages)).toEqual(texts.map((text) => [text]));
  });

  it('stops at its budget of calls or tokens, best passages first', async () => {
    const calls = judgeOf(answering(expert), { budget: { maxCalls: 2, maxTokens: 100_000 } });
    const byCalls = await calls.rank(texts);
    expect(calls.asked).toHaveLength(2);
    expect(byCalls.judgements?.map((one) => one?.grade ?? null)).toEqual([3, 0, null]);
    expect(byCalls.notes[0]).toMatch(
      /^not judged: 1 of 3 passages: not asked \(1\): the judge's budget of 2 calls a search is spent/,
    );

    const words = calls.asked[0]?.messages.flatMap(({ content }) => content.split(/\s+/)).length ?? 0;
    const oneAndABit = words + (calls.asked[0]?.maxOutputTokens ?? 0) + 100;
    const tokens = judgeOf(answering(expert), {
      budget: { maxCalls: 50, maxTokens: oneAndABit },
      parallelCalls: 1,
    });
    const byTokens = await tokens.rank(texts);
    expect(byTokens.judgements?.map((one) => one?.grade ?? null)).toEqual([3, 0, null]);
    expect(byTokens.notes[0]).toContain(`budget of ${oneAndABit} tokens a search is spent`);
    const none = judgeOf(answering(expert), { budget: { maxCalls: 50, maxTokens: 90 } });
    await expect(none.rank(texts)).rejects.toMatchObject({ code: 'resource_exhausted' });
    expect(none.asked).toEqual([]);
  });

  it('keeps what was judged before a failure, and asks nothing after it', async () => {
    const { rank, asked } = judgeOf(
      ({ messages }) =>
        shownToJudge(messages).passages[0]?.startsWith('The garden')
          ? [new AppError('resource_exhausted', 'too many requests')]
          : [judgeAnswer(messages, expert)],
      { parallelCalls: 1 },
    );
    const { judgements, notes } = await rank(texts);
    expect(asked).toHaveLength(2);
    expect(judgements?.map((one) => one?.grade ?? null)).toEqual([3, null, null]);
    expect(notes[0]).toBe('not judged: 2 of 3 passages: not asked (2): too many requests');
  });

  it('asks nothing more after a failure beside it', async () => {
    let calls = 0;
    const { rank, asked } = judgeOf(
      ({ messages }) =>
        ++calls === 2 ? [new AppError('unavailable', 'gone')] : [judgeAnswer(messages, () => ({ grade: 1 }))],
      { parallelCalls: 2 },
    );
    await rank(Array.from({ length: 20 }, (_, index) => `passage ${index}`));
    expect(asked.length).toBeLessThan(6);
  });

  it('leaves an answer that goes in circles, and reads the grade before it', async () => {
    let pieces = 0;
    const model = scriptedChatModel(() => []);
    const judge = createJudgeReranker({
      model: {
        ...model,
        async *chat() {
          yield { type: 'delta', text: '{"grade": 2, "quote": "' };
          for (;;) {
            pieces += 1;
            yield { type: 'delta', text: 'and so on, ' };
          }
        },
      },
    });
    const { judgements, usage } = await judge.rerank('q', passagesOf(['text']), { signal });
    expect(judgements).toMatchObject([{ grade: 2 }]);
    expect(pieces).toBeLessThan(100);
    expect(usage).toMatchObject({ calls: 1, inputTokens: expect.any(Number) });
    expect(usage.outputTokens).toBeGreaterThan(100);
  });

  it('gives up on a model that never states a grade', async () => {
    const { rank, asked } = judgeOf(() => ['I like it.'], { parallelCalls: 1 });
    await expect(rank(Array.from({ length: 20 }, () => 'text'))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(asked).toHaveLength(3);
  });

  it('has no more calls under way than it may', async () => {
    const hanging = hangingModel();
    const judge = createJudgeReranker({ model: hanging.model, parallelCalls: 2 });
    const abort = new AbortController();
    const running = judge.rerank('q', passagesOf(['a', 'b', 'c', 'd']), { signal: abort.signal });
    await hanging.asked(2);
    await hanging.answerLast('{"grade": 1}');
    await hanging.asked(3);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'canceled' });
  });
});
