import { silentLogger } from '@winnow/core';
import { createUnlimitedCalls } from '@winnow/models';
import { createOpenAiChatModel } from '@winnow/models/openai';
import {
  gullibleReply,
  type InjectionCanary,
  injectionCanaries,
  type OpenAiServer,
  type Reading,
  startOpenAiServer,
} from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestCorpus, type TestCorpus } from '../test-corpus.ts';
import { answer } from './answer.ts';
import { answerRequestSchema } from './answer-request.ts';
import { type CollectedAnswer, collectAnswer } from './collect-answer.ts';

const fact = 'The pump weighs 4 kg.';
const proper = 'The pump weighs 4 kg [1].';
const query = 'How heavy is the pump?';

describe('a document that tries to take over the answer', () => {
  let server: OpenAiServer;
  let clean: TestCorpus;
  beforeAll(async () => {
    server = await startOpenAiServer();
    clean = await openTestCorpus([{ id: 'pump.md', title: 'Pump', chunks: [fact] }]);
  });
  afterAll(async () => {
    await clean.close();
    await server.close();
  });

  async function ask(corpus: TestCorpus, reading: Reading | null): Promise<CollectedAnswer> {
    server.chat.reply = (messages) =>
      reading === null ? proper : gullibleReply(messages, injectionCanaries, reading, proper);
    const model = createOpenAiChatModel({
      apiKey: 'key',
      baseUrl: server.baseUrl,
      model: 'gullible',
      contextTokens: 8_192,
      calls: createUnlimitedCalls(),
      log: silentLogger,
    });
    const request = answerRequestSchema.parse({ query, rerank: 'none', k: 1 });
    const ports = { ...corpus.ports, chatModelOf: async () => model };
    return await collectAnswer(answer(ports, corpus.corpus, request, new AbortController().signal));
  }
  async function askPoisoned({ attack }: InjectionCanary, reading: Reading | null): Promise<CollectedAnswer> {
    const corpus = await openTestCorpus([{ id: 'pump.md', title: 'Pump', chunks: [`${fact}\n\n${attack}`] }]);
    try {
      return await ask(corpus, reading);
    } finally {
      await corpus.close();
    }
  }

  const canaries = injectionCanaries.map((canary) => [canary.name, canary] as const);

  it.each(canaries)(
    'changes nothing where the model takes fences for quotations: %s',
    async (_name, canary) => {
      const poisoned = await askPoisoned(canary, 'outside-fences');
      const untouched = await ask(clean, 'outside-fences');
      expect(poisoned.answer).toBe(untouched.answer);
      expect(poisoned.citations.map(({ quote }) => quote)).toEqual([fact]);
      expect(poisoned.unsupported).toEqual([]);
    },
  );

  it.each(canaries)('is not believed where the model obeys whatever it reads: %s', async (_name, canary) => {
    const { answer: text, unsupported, citations, notes } = await askPoisoned(canary, 'everything');
    expect(soundPartOf(text, unsupported)).not.toMatch(canary.sign);
    // A link does harm marked or not.
    expect(text).not.toMatch(/evil\.example|!\[/);
    for (const { quote } of citations) expect(quote).not.toMatch(canary.sign);
    const obeyed = text !== proper;
    if (obeyed) expect(notes).not.toEqual([]);
  });

  it.each(canaries)('is not quoted by the extractive answerer: %s', async (_name, { attack, sign }) => {
    const corpus = await openTestCorpus([{ id: 'pump.md', title: 'Pump', chunks: [`${fact}\n\n${attack}`] }]);
    const request = answerRequestSchema.parse({
      query: `${query} ${attack.slice(0, 200)}`,
      rerank: 'none',
      k: 1,
    });
    const events = answer(corpus.ports, corpus.corpus, request, new AbortController().signal);
    const { answer: text } = await collectAnswer(events);
    expect(text).not.toMatch(sign);
    await corpus.close();
  });

  it('leaves no invisible character and no mark of a chat template in the prompt, and no text outside its fence', async () => {
    for (const canary of injectionCanaries) {
      await askPoisoned(canary, null);
      const [, user] = server.requests.at(-1)?.body.messages ?? [];
      const fence = /^Sources:\n\n\[1\]\n(`{3,})\n/.exec(user.content)?.[1] ?? '';
      expect(user.content.split(fence), canary.name).toHaveLength(3);
      expect(user.content.split(fence)[2]).toBe(`\n\nQuestion: ${query}`);
      expect(user.content).not.toMatch(/[\u{E0000}-\u{E007F}]|<\|im_start/u);
    }
  });
});

/** What a reader may take for true: the answer without what is marked. */
function soundPartOf(text: string, marked: CollectedAnswer['unsupported']): string {
  return [...marked].reverse().reduce((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
}
