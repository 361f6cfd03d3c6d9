import { type Bill, silentLogger } from '@winnow/core';
import { createUnlimitedCalls } from '@winnow/models';
import { createOpenAiChatModel } from '@winnow/models/openai';
import { type OpenAiServer, startOpenAiServer } from '@winnow/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseJudgeName } from '../judge/judge-name.ts';
import { createJudgeReranker } from '../judge/judge-reranker.ts';
import { judgeAnswer } from '../judge/test-judge.ts';
import { search } from '../search/search.ts';
import { type SearchRequestInput, searchRequestSchema } from '../search/search-request.ts';
import { billedChatModel } from '../test-bill.ts';
import { openTestCorpus, rerankerOf, type TestCorpus } from '../test-corpus.ts';

const signal = new AbortController().signal;
const documents = [
  {
    id: 'pump.md',
    title: 'Pump manual',
    chunks: ['Unpack the pump and check the parts. ', 'Replace the filter of the pump every year.'],
  },
  { id: 'garden.md', chunks: ['Water the garden with the pump in the evening.'] },
  { id: 'invoice.md', chunks: ['The pump is paid within thirty days of delivery.'] },
];

describe('a search with a judge', () => {
  let server: OpenAiServer;
  let opened: TestCorpus;
  beforeAll(async () => {
    opened = await openTestCorpus(documents);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    server = await startOpenAiServer();
    server.chat.reply = (messages) =>
      judgeAnswer(messages, (passage) =>
        passage.includes('filter')
          ? { grade: 3, quote: 'Replace the filter', reason: 'It says how often.' }
          : { grade: 0, reason: 'It says nothing of filters.' },
      );
  });
  afterEach(() => server.close());

  const encoder = {
    ...rerankerOf('probability', (text) => (text.includes('garden') ? 0.9 : 0.1)),
    modelId: 'encoder',
  };
  const judge = (name: string, bill: Bill) => {
    const model = createOpenAiChatModel({
      apiKey: 'secret',
      baseUrl: server.baseUrl,
      model: 'gpt-4o-mini',
      contextTokens: 128_000,
      calls: createUnlimitedCalls(),
      log: silentLogger,
    });
    const { mode = 'pointwise' } = parseJudgeName(name) ?? {};
    return createJudgeReranker({ model: billedChatModel(model, bill, 'judge'), mode });
  };
  const run = (request: Partial<SearchRequestInput> = {}) =>
    search(
      {
        ...opened.ports,
        rerankerOf: async (_corpus, name = '', bill) => (name === 'encoder' ? encoder : judge(name, bill)),
        rerankPlanOf: () => ({ deadlineMs: 5_000, depth: 'whole', standIns: ['encoder'] }),
      },
      opened.corpus,
      searchRequestSchema.parse({
        query: 'When is the filter of the pump due?',
        rerank: 'judge',
        ...request,
      }),
      signal,
    );

  it.each(['judge', 'judge@listwise'])(
    'places hits by %s and tells why, and what it cost',
    async (rerank) => {
      const { hits, reranker, notes, cost } = await run({ rerank });
      expect(hits[0]).toMatchObject({
        documentId: 'pump.md',
        judgement: { grade: 3, reason: 'It says how often.', quote: 'Replace the filter', quoteFound: true },
        stages: { rerank: { rank: 1 } },
      });
      expect(hits.slice(1).map(({ judgement }) => judgement?.grade)).toEqual([0, 0, 0]);
      expect(reranker?.candidates).toBe(4);
      expect(notes).toEqual([]);
      expect(cost.usd).toBeGreaterThan(0);
      expect((await run({ rerank, threshold: 0.9 })).hits).toHaveLength(1);
    },
  );

  it('tells of hits without a judge that they have no judgement', async () => {
    const { hits } = await run({ rerank: 'none' });
    expect(hits.map(({ judgement }) => judgement)).toEqual([null, null, null, null]);
  });

  it.each([
    ['is over its limits', { kind: 'status', status: 429 }],
    ['breaks', { kind: 'status', status: 500 }],
    ['refuses the key', { kind: 'status', status: 401 }],
    ['knows no such model', { kind: 'status', status: 404 }],
    ['does not answer in time', { kind: 'hang' }],
  ] as const)('goes on with the cross-encoder, and says so, where the provider %s', async (_name, fault) => {
    server.failNext(...Array.from({ length: 8 }, () => fault));
    const { hits, reranker, notes } = await run({ deadlineMs: 800 });
    expect(hits[0]).toMatchObject({ documentId: 'garden.md', judgement: null });
    expect(reranker).toEqual({ modelId: 'encoder', candidates: 4 });
    expect(notes).toEqual([
      expect.stringMatching(/^judge:gpt-4o-mini did not rerank: /),
      'ranked instead by encoder: 4',
    ]);
  });

  it('keeps what was judged when the time is up; the cross-encoder ranks the rest below', async () => {
    server.failNext({ kind: 'hang' }, { kind: 'hang' });
    const { hits, reranker, notes } = await run({ deadlineMs: 1_200 });
    expect(hits.map(({ judgement }) => judgement === null)).toEqual([false, false, true, true]);
    expect(reranker).toEqual({ modelId: 'judge:gpt-4o-mini', candidates: 2 });
    expect(notes).toEqual([
      expect.stringMatching(/^not judged: 2 of 4 passages: not asked \(2\): the time for it was up$/),
      'passages without a score ranked below the others by encoder: 2',
    ]);
  });
});
