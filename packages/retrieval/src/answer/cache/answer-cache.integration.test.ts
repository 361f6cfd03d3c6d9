import { AppError, type ChatModel, type Filter, noModelUsage, type Reranker } from '@winnow/core';
import { generationOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerPorts } from '../../ports.ts';
import { billedChatModel } from '../../test-bill.ts';
import { type ChatStep, scriptedChatModel } from '../../test-chat-model.ts';
import { openTestCorpus, type TestCorpus } from '../../test-corpus.ts';
import { answer } from '../answer.ts';
import type { AnswerEvent } from '../answer-event.ts';
import { type AnswerRequestInput, answerRequestSchema } from '../answer-request.ts';
import { type CollectedAnswer, collectAnswer } from '../collect-answer.ts';
import type { AnswerCache } from './cached-answer.ts';
import { createMemoryAnswerCache } from './memory-answer-cache.ts';

const documents = [
  { id: 'terms.md', chunks: ['Invoices are paid within 30 days of delivery.'], metadata: { team: 'office' } },
  { id: 'pump.md', chunks: ['The pump weighs 4 kg and is blue.'], metadata: { team: 'works' } },
];
const paid = 'Invoices are paid within 30 days of delivery [1].';

const rerankerThat = (respond: () => Promise<void>): Reranker => ({
  modelId: 'reranker',
  scale: 'probability',
  depth: 50,
  async rerank(_query, passages) {
    await respond();
    return { scores: passages.map(() => 0.5), judgements: null, usage: noModelUsage, notes: [] };
  },
  close: async () => {},
});

describe('an answer from the cache', () => {
  let opened: TestCorpus;
  let cache: AnswerCache;
  let calls: number;
  beforeEach(async () => {
    opened = await openTestCorpus(documents);
    cache = createMemoryAnswerCache();
    calls = 0;
  });
  afterEach(() => opened.close());

  const modelThat = (...steps: readonly ChatStep[]): ChatModel =>
    scriptedChatModel(() => {
      calls += 1;
      return steps;
    });
  const eventsOf = (
    request: Partial<AnswerRequestInput> = {},
    {
      model = modelThat(paid),
      corpus = opened,
      ...ports
    }: Partial<AnswerPorts> & { model?: ChatModel; corpus?: TestCorpus } = {},
  ) =>
    answer(
      {
        ...corpus.ports,
        answerCache: cache,
        chatModelOf: async (_name, bill, purpose) => billedChatModel(model, bill, purpose),
        ...ports,
      },
      corpus.corpus,
      answerRequestSchema.parse({ query: 'When are invoices paid?', rerank: 'none', k: 1, ...request }),
      new AbortController().signal,
    );
  const ask = (...args: Parameters<typeof eventsOf>): Promise<CollectedAnswer> =>
    collectAnswer(eventsOf(...args));

  it('serves the same question again: sources first, no call of the model, and says so', async () => {
    const first = await ask();
    const events: AnswerEvent[] = [];
    for await (const event of eventsOf({ query: 'WHEN are invoices paid' })) events.push(event);
    expect([...new Set(events.map(({ type }) => type))]).toEqual([
      'sources-ready',
      'answer-delta',
      'answer-end',
    ]);
    expect(events[0]).toMatchObject({ sources: first.sources });
    const end = events.at(-1);
    expect(end).toMatchObject({
      answer: first.answer,
      citations: first.citations,
      cached: true,
      cost: { calls: 1, cached: 1, outputTokens: 0, usd: 0 },
      timingsMs: { generate: 0, firstToken: expect.any(Number) },
      notes: [expect.stringMatching(/^answered from the cache: the same question was answered \d+ s ago$/)],
    });
    expect(first.cached).toBe(false);
    expect(calls).toBe(1);
    if (events[0]?.type !== 'sources-ready' || end?.type !== 'answer-end') throw new Error('other events');
    expect(end.queryId).not.toBe(first.queryId);
    expect(events[0].search.queryId).toBe(end.queryId);
  });

  it('is off unless it is configured', async () => {
    await ask({}, { answerCache: null });
    expect((await ask({}, { answerCache: null })).cached).toBe(false);
    expect(calls).toBe(2);
  });

  it.each<[string, Partial<AnswerRequestInput>]>([
    ['another filter', { filter: { op: 'eq', field: 'team', value: 'office' } satisfies Filter }],
    ['other settings', { k: 2 }],
    ['another number', { query: 'When are 2 invoices paid?' }],
    ['another question', { query: 'What does the pump weigh?' }],
  ])('does not serve %s', async (_name, request) => {
    await ask();
    expect((await ask(request)).cached).toBe(false);
  });

  it('does not show to one filter what was answered under another', async () => {
    const office = { op: 'eq', field: 'team', value: 'office' } as const;
    const works = { op: 'eq', field: 'team', value: 'works' } as const;
    await ask({ filter: office });
    const other = await ask({ filter: works });
    expect(other.cached).toBe(false);
    expect(other.sources.map(({ documentId }) => documentId)).toEqual(['pump.md']);
    expect((await ask({ filter: office })).cached).toBe(true);
  });

  it('does not serve another generation of the corpus', async () => {
    await ask();
    const { name, corpusId, generations } = opened.corpus;
    const [first] = generations;
    const second = {
      ...first,
      ...generationOf(name, corpusId, 2, first?.dimensions),
      state: 'live' as const,
    };
    const rebuilt = await openTestCorpus(documents, { generations: [second], liveGeneration: 2 });
    expect((await ask({}, { corpus: rebuilt })).cached).toBe(false);
    await rebuilt.close();
  });

  it('does not serve another generator', async () => {
    await ask();
    const other = scriptedChatModel([paid], { modelId: 'other' });
    expect((await ask({}, { model: other })).cached).toBe(false);
  });

  it('does not outlive a change of a document it was made of', async () => {
    await ask();
    await opened.write([{ id: 'terms.md', chunks: ['Invoices are paid within 60 days of delivery.'] }]);
    const after = await ask({}, { model: modelThat('Invoices are paid within 60 days of delivery [1].') });
    expect(after.cached).toBe(false);
    expect(after.answer).toContain('60 days');
    expect((await ask()).answer).toContain('60 days');
  });

  it('does not outlive a document it was made of', async () => {
    await ask();
    await opened.remove('terms.md');
    expect((await ask()).cached).toBe(false);
  });

  it('stays where another document changes', async () => {
    await ask();
    await opened.write([{ id: 'pump.md', chunks: ['The pump weighs 5 kg.'] }]);
    expect((await ask()).cached).toBe(true);
  });

  it('is not made of a document that changed while it was written', async () => {
    const model = scriptedChatModel([paid]);
    const changing: ChatModel = {
      ...model,
      async *chat(request, options) {
        await opened.write([{ id: 'terms.md', chunks: ['Invoices are paid within 60 days of delivery.'] }]);
        yield* model.chat(request, options);
      },
    };
    expect((await ask({}, { model: changing })).answer).toContain('30 days');
    expect((await ask()).cached).toBe(false);
  });

  it('is not kept of what is no whole answer', async () => {
    const unsound: readonly (readonly [string, ChatModel])[] = [
      ['abstained', modelThat('NO_ANSWER')],
      ['unsupported', modelThat(`${paid} The moon is made of cheese [1].`)],
      ['uncited', modelThat('Invoices are paid within 30 days of delivery.')],
      ['cut off', modelThat(paid, { type: 'end', reason: 'length' })],
      ['stand-in', modelThat(new AppError('unavailable', 'gone'))],
    ];
    for (const [name, model] of unsound) {
      await ask({}, { model });
      expect([name, (await ask({}, { model })).cached]).toEqual([name, false]);
    }
  });

  it('is not kept of what a reranker that was late for once left in another order', async () => {
    const late = rerankerThat(() => Promise.reject(new AppError('unavailable', 'too many requests')));
    const prompt = rerankerThat(async () => {});
    await ask({ rerank: 'default' }, { rerankerOf: async () => late });
    expect(await ask({ rerank: 'default' }, { rerankerOf: async () => prompt })).toMatchObject({
      cached: false,
      notes: [],
    });
    expect((await ask({ rerank: 'default' }, { rerankerOf: async () => prompt })).cached).toBe(true);
  });

  it('is kept where a note tells what is the same each time', async () => {
    await ask({ rerank: 'default' });
    expect(await ask({ rerank: 'default' })).toMatchObject({
      cached: true,
      notes: ['not reranked: the corpus has no reranker', expect.stringMatching(/^answered from the cache/)],
    });
    const small = scriptedChatModel([paid], { modelId: 'small', contextTokens: 320 });
    const long = { id: 'long.md', chunks: [`Invoices ${'are listed in the yearly report '.repeat(60)}`] };
    await opened.write([long]);
    const first = await ask({ k: 3 }, { model: small });
    expect(first.notes).toEqual([expect.stringMatching(/^sources left out/)]);
    expect((await ask({ k: 3 }, { model: small })).cached).toBe(true);
  });

  it('is neither kept nor served in a conversation', async () => {
    const history = [{ role: 'user' as const, content: 'Tell me of invoices.' }];
    const model = modelThat('When are invoices paid?');
    await ask({ history }, { model });
    await ask();
    expect((await ask({ history }, { model })).cached).toBe(false);
  });

  it('is done without where the cache fails', async () => {
    const broken: AnswerCache = {
      ...cache,
      list: () => Promise.reject(new AppError('unavailable', 'gone')),
      put: () => Promise.reject(new AppError('unavailable', 'gone')),
    };
    expect(await ask({}, { answerCache: broken })).toMatchObject({
      cached: false,
      abstained: false,
      notes: [],
    });
  });
});
