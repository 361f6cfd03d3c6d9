import { type ChatDelta, type ChatRequest, silentLogger } from '@winnow/core';
import {
  describeChatModel,
  describeChatModelFaults,
  type OpenAiServer,
  startOpenAiServer,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProviderCalls } from '../calls/create-provider-calls.ts';
import { createUnlimitedCalls, type ProviderCalls } from '../calls/provider-calls.ts';
import { createMemoryRateLimitState } from '../limiter/memory-rate-limit-state.ts';
import { createOpenAiChatModel, type OpenAiChatModelOptions } from './openai-chat-model.ts';

const open = (server: OpenAiServer, options: Partial<OpenAiChatModelOptions> = {}) =>
  createOpenAiChatModel({
    apiKey: 'key',
    baseUrl: server.baseUrl,
    model: 'chat-model',
    contextTokens: 8_192,
    calls: createUnlimitedCalls(),
    log: silentLogger,
    ...options,
  });

const thousand = Array.from({ length: 1_000 }, (_, index) => `${index + 1}, `);

describeChatModel(
  'openai',
  async () => {
    const server = await startOpenAiServer();
    server.chat.pieceEveryMs = 1;
    server.chat.reply = (_, body) =>
      body.response_format?.type === 'json_schema' ? '{"grade":3,"reason":"Dogs."}' : thousand;
    return {
      model: open(server),
      lastCall: async () => (await server.requests.at(-1)?.outcome) ?? 'answered',
      close: () => server.close(),
    };
  },
  { structured: true },
);

describeChatModelFaults('openai', { start: () => startOpenAiServer(), open });

describe('createOpenAiChatModel', () => {
  let server: OpenAiServer;
  beforeEach(async () => {
    server = await startOpenAiServer();
  });
  afterEach(() => server.close());

  const question: ChatRequest = {
    messages: [{ role: 'user', content: 'How?' }],
    maxOutputTokens: 50,
    json: null,
  };
  const jsonQuestion: ChatRequest = { ...question, json: { name: 'answer', schema: { type: 'object' } } };
  const signal = new AbortController().signal;
  const read = (model: ReturnType<typeof open>, request = question) =>
    Array.fromAsync(model.chat(request, { signal }));
  const bodies = () => server.requests.map(({ body }) => body);

  it('asks as the API wants it, and gives what the API counts', async () => {
    server.chat.reply = () => ['按', '重置 ', '[1]。'];
    const deltas = await read(open(server), jsonQuestion);
    expect(deltas).toEqual([
      { type: 'delta', text: '按' },
      { type: 'delta', text: '重置 ' },
      { type: 'delta', text: '[1]。' },
      { type: 'usage', usage: expect.objectContaining({ calls: 1, inputTokens: 2, outputTokens: 3 }) },
      { type: 'end', reason: 'stop' },
    ]);
    expect(bodies()).toEqual([
      {
        model: 'chat-model',
        messages: [{ role: 'user', content: 'How?' }],
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0,
        max_tokens: 50,
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
        },
      },
    ]);
    expect(server.requests[0]?.authorization).toBe('Bearer key');
  });

  it.each([
    [{ jsonSchema: false }, ['json_schema', 'json_object'], 'json_object'],
    [{ jsonSchema: false, jsonObject: false }, ['json_schema', 'json_object', undefined], undefined],
  ] as const)(
    'asks a server of %o for the JSON that it can give, and remembers that',
    async (abilities, formats, settled) => {
      server.chat.abilities = { ...server.chat.abilities, ...abilities };
      const model = open(server);
      expect((await read(model, jsonQuestion)).at(-1)).toEqual({ type: 'end', reason: 'stop' });
      expect(bodies().map((body) => body.response_format?.type)).toEqual(formats);
      await read(model, jsonQuestion);
      expect(bodies().length).toBe(formats.length + 1);
      expect(bodies().at(-1).response_format?.type).toBe(settled);
    },
  );

  it('learns all at once what a server knows nothing of, and remembers that', async () => {
    server.chat.abilities = {
      jsonSchema: false,
      jsonObject: false,
      outputLimit: 'max_completion_tokens',
      temperature: false,
      streamOptions: false,
    };
    const model = open(server);
    server.chat.reply = () => ['one', 'two'];
    const deltas = await read(model, jsonQuestion);
    expect(deltas.at(-1)).toEqual({ type: 'end', reason: 'stop' });
    // The server does not count: ours is an estimate from above.
    expect(deltas.at(-2)).toMatchObject({ type: 'usage', usage: { calls: 1, outputTokens: 2 } });
    expect(bodies()).toHaveLength(6);
    await read(model, jsonQuestion);
    expect(bodies()).toHaveLength(7);
    expect(bodies().at(-1)).toEqual({
      model: 'chat-model',
      messages: question.messages,
      stream: true,
      max_completion_tokens: 50,
    });
  });

  it('asks OpenAI itself by the newer name of the limit, and its reasoning models for no temperature', async () => {
    const asked: unknown[] = [];
    const refuse: typeof fetch = async (_, init) => {
      asked.push(JSON.parse(String(init?.body)));
      return new Response('{"error":{"message":"stop here"}}', { status: 500 });
    };
    for (const model of ['gpt-4.1-mini', 'gpt-5-mini', 'o4-mini']) {
      await read(open(server, { baseUrl: null, model, fetch: refuse })).catch(() => {});
    }
    expect(asked).toEqual([
      expect.objectContaining({ max_completion_tokens: 50, temperature: 0 }),
      expect.not.objectContaining({ temperature: 0 }),
      expect.not.objectContaining({ temperature: 0 }),
    ]);
  });

  it('takes a complaint about a value for a refusal, and does not ask again', async () => {
    const message =
      "'max_tokens' or 'max_completion_tokens' is too large: 50. This model supports at most 20.";
    server.failNext({ kind: 'status', status: 400, message });
    await expect(read(open(server))).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(server.requestCount).toBe(1);
  });

  it.each([
    ['length', 'length'],
    ['content_filter', 'filtered'],
    ['tool_calls', 'stop'],
    ['stop', 'stop'],
  ])('takes the finish reason %s for %s', async (finishReason, reason) => {
    server.chat.streamNext({ deltas: ['Press '], end: 'done', finishReason });
    expect((await read(open(server))).at(-1)).toEqual({ type: 'end', reason });
  });

  it('leaves out what the model thinks, in fields of its own or in the text', async () => {
    server.chat.streamNext(
      {
        deltas: [{ reasoning_content: 'Hm.', content: null }, { reasoning: 'Hm.' }, 'Yes', '.'],
        end: 'done',
        finishReason: 'stop',
      },
      { deltas: ['<think>', 'Hm.', '</think>', '\n\n', 'Yes', '.'], end: 'done', finishReason: 'stop' },
    );
    expect((await read(open(server))).map(kindOf)).toEqual(['Yes', '.', 'usage', 'stop']);
    expect((await read(open(server))).map(kindOf)).toEqual(['Yes', '.', 'usage', 'stop']);
  });

  it('takes a refusal of the model for a withheld answer', async () => {
    const deltas = [{ refusal: "I can't help" }, { refusal: ' with that.' }];
    server.chat.streamNext({ deltas, end: 'done', finishReason: 'stop' });
    expect((await read(open(server))).map(kindOf)).toEqual(['usage', 'filtered']);
  });

  it('is asked again where the endpoint is busy before the answer begins, and not once it has begun', async () => {
    const state = createMemoryRateLimitState();
    const limits = { requestsPerMinute: null, tokensPerMinute: null };
    const calls = createProviderCalls({ provider: 'openai', key: 'k', state, limits, log: silentLogger });
    server.chat.reply = () => ['Yes.'];
    server.failNext({ kind: 'status', status: 503 }, { kind: 'status', status: 529 });
    expect((await read(open(server, { calls }))).map(kindOf)).toEqual(['Yes.', 'usage', 'stop']);
    expect(server.requestCount).toBe(3);
    server.chat.streamNext({ deltas: ['one'], end: 'cut' });
    await expect(read(open(server, { calls }))).rejects.toMatchObject({ code: 'unavailable' });
    expect(server.requestCount).toBe(4);
  });

  it('holds a permit of the shared calls from the request to the end of the answer', async () => {
    const told: string[] = [];
    const calls: ProviderCalls = {
      ...createUnlimitedCalls(),
      async open({ tokens, priority }, make) {
        told.push(`begin ${priority} ${tokens}`);
        const { value, headers } = await make();
        told.push(`observe ${headers?.get('content-type')}`);
        return {
          value,
          end: (outcome) =>
            told.push('error' in outcome ? `end ${outcome.error.code}` : `end ${outcome.tokens}`),
        };
      },
    };
    server.chat.reply = () => ['one', 'two'];
    await read(open(server, { calls }));
    const opened = ['begin interactive 56', 'observe text/event-stream; charset=utf-8'];
    expect(told.splice(0)).toEqual([...opened, 'end 4']);
    server.chat.streamNext({ deltas: ['one'], end: 'cut' });
    await expect(read(open(server, { calls }))).rejects.toThrow();
    expect(told.splice(0)).toEqual([...opened, 'end unavailable']);
    for await (const _ of open(server, { calls }).chat(question, { signal })) break;
    expect(told.splice(0)).toEqual([...opened, 'end 7']);
    server.failNext({ kind: 'status', status: 429 });
    await expect(read(open(server, { calls }))).rejects.toThrow();
    expect(told.splice(0)).toEqual(['begin interactive 56']);
  });
});

function kindOf(delta: ChatDelta): string {
  if (delta.type === 'delta') return delta.text;
  return delta.type === 'end' ? delta.reason : 'usage';
}
