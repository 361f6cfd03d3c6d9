import { noCost } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import type { CachedAnswer } from './cached-answer.ts';
import { createMemoryAnswerCache } from './memory-answer-cache.ts';

const noTime = { embed: 0, recall: 0, fuse: 0, feedback: 0, collapse: 0, rerank: 0, neighbours: 0, total: 0 };
const answerTo = (question: string, at = 0): CachedAnswer => ({
  question,
  vector: Float32Array.of(1, 0),
  sources: [],
  revisions: [],
  search: {
    hits: [],
    reranker: null,
    timingsMs: noTime,
    queryId: 'q',
    generation: 1,
    cost: noCost,
    notes: [],
  },
  result: {
    answer: 'a',
    abstained: false,
    nearest: [],
    citations: [],
    unsupported: [],
    generator: 'g',
    queryId: 'q',
    generation: 1,
    cost: noCost,
    standaloneQuestion: null,
    cached: false,
    timingsMs: { condense: 0, search: 0, generate: 0, firstToken: 0, total: 0 },
    notes: [],
  },
  at,
});
const questionsOf = (answers: readonly CachedAnswer[]) => answers.map(({ question }) => question);

describe('createMemoryAnswerCache', () => {
  it('keeps scopes apart, newest use first', async () => {
    const cache = createMemoryAnswerCache({ now: () => 0 });
    const [one, two, other] = [answerTo('one'), answerTo('two'), answerTo('other')];
    await cache.put('a', one);
    await cache.put('a', two);
    await cache.put('b', other);
    expect(questionsOf(await cache.list('a'))).toEqual(['two', 'one']);
    await cache.touch('a', one);
    expect(questionsOf(await cache.list('a'))).toEqual(['one', 'two']);
    await cache.remove('a', one);
    expect(questionsOf(await cache.list('a'))).toEqual(['two']);
    expect(questionsOf(await cache.list('b'))).toEqual(['other']);
  });

  it('drops what served longest ago where it is full', async () => {
    const cache = createMemoryAnswerCache({ maxEntries: 2, now: () => 0 });
    const first = answerTo('first');
    await cache.put('a', first);
    await cache.put('a', answerTo('second'));
    await cache.touch('a', first);
    await cache.put('b', answerTo('third'));
    expect(questionsOf(await cache.list('a'))).toEqual(['first']);
  });

  it('never holds more text than it may', async () => {
    const long = answerTo('x'.repeat(600));
    const cache = createMemoryAnswerCache({ maxLength: 2_800, now: () => 0 });
    await cache.put('a', long);
    await cache.put('a', answerTo('y'.repeat(600)));
    await cache.put('a', answerTo('z'.repeat(600)));
    expect(questionsOf(await cache.list('a')).map((question) => question.charAt(0))).toEqual(['z', 'y']);
    await cache.put('a', answerTo('w'.repeat(3_000)));
    expect(await cache.list('a')).toEqual([]);
  });

  it('forgets after its time, however often an answer served', async () => {
    let now = 1_000;
    const cache = createMemoryAnswerCache({ ttlMs: 500, now: () => now });
    const answer = answerTo('one', 1_000);
    await cache.put('a', answer);
    now = 1_499;
    await cache.touch('a', answer);
    expect(await cache.list('a')).toHaveLength(1);
    now = 1_500;
    expect(await cache.list('a')).toEqual([]);
  });
});
