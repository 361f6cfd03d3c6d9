import { type Bill, silentLogger } from '@winnow/core';
import { createUnlimitedCalls } from '@winnow/models';
import { createOpenAiChatModel } from '@winnow/models/openai';
import { type OpenAiServer, startOpenAiServer } from '@winnow/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerPorts } from '../ports.ts';
import { billedChatModel, openTestBill, type TestBill } from '../test-bill.ts';
import { openTestCorpus, type TestCorpus } from '../test-corpus.ts';
import { answer } from './answer.ts';
import { type AnswerRequestInput, answerRequestSchema } from './answer-request.ts';
import { collectAnswer } from './collect-answer.ts';

const documents = [
  {
    id: 'terms.md',
    title: 'Terms',
    chunks: ['Invoices are paid within 30 days of delivery. ', 'Late payment costs 2 % interest.'],
  },
  { id: 'patent.md', title: '专利法', chunks: ['发明专利申请人应当缴纳审查费用。'] },
];
const paid = 'Invoices are paid within 30 days of delivery [1].';

describe('an answer of a chat model behind an API', () => {
  let server: OpenAiServer;
  let opened: TestCorpus;
  let bills: TestBill[];
  beforeAll(async () => {
    opened = await openTestCorpus(documents);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    server = await startOpenAiServer();
    bills = [];
  });
  afterEach(() => server.close());

  const portsWith = (contextTokens = 8_192): AnswerPorts => ({
    ...opened.ports,
    openBill: (to) => {
      const bill = openTestBill(to);
      bills.push(bill);
      return bill;
    },
    chatModelOf: async (_name, bill: Bill, purpose) =>
      billedChatModel(
        createOpenAiChatModel({
          apiKey: 'key',
          baseUrl: server.baseUrl,
          model: 'test-model',
          contextTokens,
          calls: createUnlimitedCalls(),
          log: silentLogger,
        }),
        bill,
        purpose,
      ),
  });
  const ask = (
    request: Partial<AnswerRequestInput> = {},
    signal = new AbortController().signal,
    ports = portsWith(),
  ) =>
    answer(
      ports,
      opened.corpus,
      answerRequestSchema.parse({ query: 'When are invoices paid?', rerank: 'none', k: 1, ...request }),
      signal,
    );

  it('puts every call of the question on one bill, and its total in the result', async () => {
    server.chat.reply = () => paid;
    const result = await collectAnswer(ask());
    const [bill] = bills;
    expect(bills).toHaveLength(1);
    expect(bill?.to).toEqual({ corpus: 'retrieval', runId: null, queryId: result.queryId });
    expect(result.queryId).toMatch(/^[0-9a-f]{16}$/);
    expect(bill?.calls.map(({ purpose }) => purpose)).toEqual(['embed-query', 'answer']);
    expect(result.cost).toEqual(bill?.total());
    expect(result.cost.usd).toBeGreaterThan(0);
  });

  it('tells when the first text came, and null where the model abstained', async () => {
    server.chat.reply = () => paid;
    const { timingsMs } = await collectAnswer(ask());
    expect(timingsMs.firstToken).toBeGreaterThanOrEqual(timingsMs.search);
    expect(timingsMs.firstToken).toBeLessThanOrEqual(timingsMs.total);
    server.chat.reply = () => 'NO_ANSWER';
    const { abstained, timingsMs: silent } = await collectAnswer(ask());
    expect(abstained).toBe(true);
    expect(silent.firstToken).toBeNull();
  });

  it('says where an answer was cut off, where it was withheld and where there was none', async () => {
    server.chat.streamNext({ deltas: [paid], end: 'done', finishReason: 'length' });
    expect((await collectAnswer(ask())).notes).toEqual([
      'the answer was cut off at its limit of 1024 tokens',
    ]);
    server.chat.streamNext({ deltas: [paid], end: 'done', finishReason: 'content_filter' });
    expect((await collectAnswer(ask())).notes).toEqual([
      'the provider of the model withheld the answer, or the rest of it',
    ]);
    server.chat.streamNext({ deltas: [' \n'], end: 'done', finishReason: 'stop' });
    expect(await collectAnswer(ask())).toMatchObject({
      abstained: true,
      notes: ['test-model wrote nothing'],
    });
  });

  it('takes an explanation that ends in the marker for an abstention', async () => {
    server.chat.reply = () => 'The sources say nothing of the colour.\nNO_ANSWER.';
    expect(await collectAnswer(ask())).toMatchObject({ abstained: true, answer: '' });
  });

  it('names the language of the question to the model, and says so where the answer has another', async () => {
    server.chat.reply = () => '申请人应当缴纳审查费用。[1]';
    const chinese = await collectAnswer(ask({ query: '发明专利申请人应当缴纳什么费用？' }));
    expect(server.requests[0]?.body.messages[0].content).toContain('Write in Chinese');
    expect(chinese.notes).toEqual([]);
    server.chat.reply = () => 'The applicant has to pay fees for the examination [1].';
    const english = await collectAnswer(ask({ query: '发明专利申请人应当缴纳什么费用？' }));
    expect(english.notes).toContain('the answer is not in the language of the question');
  });

  it('leaves sources out that do not fit the model, says so, and lets nobody cite them', async () => {
    server.chat.reply = () => `${paid} Late payment costs 2 % interest [2].`;
    const prompt = async (contextTokens: number) => {
      const result = await collectAnswer(
        ask({ neighbours: 1 }, new AbortController().signal, portsWith(contextTokens)),
      );
      return { result, content: String(server.requests.at(-1)?.body.messages[1].content) };
    };
    const roomy = await prompt(8_192);
    expect(roomy.content).toContain('Late payment');
    let contextTokens = 8_192;
    let small = roomy;
    while (small.content.includes('Late payment') && contextTokens > 0) {
      contextTokens -= 64;
      small = await prompt(contextTokens);
    }
    expect(small.result.citations.map(({ n }) => n)).toEqual([1]);
    expect(small.result.notes).toContain(
      `sources left out, since they do not fit the ${contextTokens} tokens of test-model: [2]`,
    );
    expect(small.result.notes).toContain('citations taken out, since no such source was given: [2]');
  });

  it('answers from the sources, with a note, where nothing fits the model', async () => {
    const { generator, notes } = await collectAnswer(ask({}, new AbortController().signal, portsWith(100)));
    expect(generator).toBe('extractive');
    expect(notes[0]).toMatch(/^answered with sentences .* do not fit the 100 tokens of test-model/);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['takes a link out that no source holds', 'See https://evil.example/?q=invoices', 'See [link removed]'],
    ['makes no image of what a model writes', '![x](https://evil.example/p.png)', '[x]([link removed])'],
  ])('%s, in the stream too', async (_name, said, shown) => {
    server.chat.reply = () => `${paid} ${said} `;
    let streamed = '';
    for await (const event of ask()) {
      if (event.type === 'answer-delta') streamed += event.text;
      if (event.type !== 'answer-end') continue;
      expect(event.answer).toContain(shown);
      expect(event.notes).toContain('links taken out, since neither a source nor the question holds them: 1');
    }
    expect(streamed).toContain(shown);
    expect(streamed).not.toContain('evil');
  });

  it('ends the call of the provider where the reader stops reading', async () => {
    server.chat.streamNext({ deltas: ['Invoices ', 'are ', 'paid '], end: 'stall' });
    for await (const event of ask()) if (event.type === 'answer-delta') break;
    expect(await server.requests[0]?.outcome).toBe('closed');
  });

  it('ends the call of the provider where the caller gives up while nothing comes', async () => {
    const caller = new AbortController();
    server.chat.streamNext({ deltas: [], end: 'stall' });
    const events = ask({}, caller.signal);
    await events.next();
    const waiting = events.next();
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' });
    expect(await server.requests[0]?.outcome).toBe('closed');
  });

  it('fails where the stream is cut after the first word, and answers from the sources where it is cut before', async () => {
    server.chat.streamNext({ deltas: ['Invoices ', 'are '], end: 'cut' });
    await expect(collectAnswer(ask())).rejects.toMatchObject({ code: 'unavailable' });
    server.chat.streamNext({ deltas: [], end: 'cut' });
    expect((await collectAnswer(ask())).generator).toBe('extractive');
  });
});
