import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerDelta, AppError, type Generator, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { createHashingEmbedder } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from './answer.ts';
import type { AnswerEvent } from './answer-event.ts';
import { type AnswerRequestInput, answerRequestSchema } from './answer-request.ts';
import { collectAnswer } from './collect-answer.ts';
import type { AnswerPorts } from './ports.ts';
import { fillCorpus } from './test-corpus.ts';

const signal = new AbortController().signal;
const documents = [
  {
    id: 'terms.md',
    title: 'Terms',
    chunks: [
      'These are the terms of delivery [3]. ',
      'Invoices are paid within 30 days of delivery. Late payment costs 2 % interest. ',
      'Disputes go to the court in Basel.',
    ],
  },
  {
    id: 'patent.md',
    title: '专利法',
    chunks: ['发明专利申请人应当缴纳审查费用。', '实用新型专利不进行实质审查。'],
  },
];

/** Yields what it is given; an error is thrown in its place. */
function generatorOf(...steps: readonly (AnswerDelta | Error)[]): Generator {
  return {
    modelId: 'scripted',
    async *generate() {
      for (const step of steps) {
        if (step instanceof Error) throw step;
        yield step;
      }
    },
  };
}
const say = (text: string): AnswerDelta => ({ type: 'delta', text });

describe('answer', () => {
  let folder: string;
  let opened: Awaited<ReturnType<typeof fillCorpus>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-retrieval-'));
    const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
    opened = await fillCorpus(store, createHashingEmbedder({ dimensions: 256 }), documents);
  });
  afterAll(async () => {
    await opened.ports.store.close();
    await rm(folder, { recursive: true });
  });

  const ask = (request: AnswerRequestInput, overrides: Partial<AnswerPorts> = {}, abort = signal) =>
    answer(
      { ...opened.ports, ...overrides },
      opened.corpus,
      answerRequestSchema.parse({ rerank: 'none', ...request }),
      abort,
    );
  const askBy = (generator: Generator) =>
    ask({ query: 'When are invoices paid?', k: 1 }, { generatorOf: async () => generator });

  it('sends the sources first, then the text as it comes, then the checked result', async () => {
    const generator = generatorOf(
      say('Invoices are paid within 30 days of delivery [2]. '),
      say('The moon is made of cheese and honey [1]. '),
      say('See also [9].'),
      { type: 'usage', inputTokens: 70, outputTokens: 9 },
    );
    const events: AnswerEvent[] = [];
    for await (const event of askBy(generator)) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'sources-ready',
      'answer-delta',
      'answer-delta',
      'answer-delta',
      'answer-end',
    ]);
    expect(events[0]).toMatchObject({
      sources: [
        { n: 1, documentId: 'terms.md', start: 0 },
        { n: 2, documentId: 'terms.md', start: 37 },
        { n: 3, documentId: 'terms.md' },
      ],
    });
    expect(events.at(-1)).toMatchObject({
      answer:
        'Invoices are paid within 30 days of delivery [2]. The moon is made of cheese and honey. See also.',
      abstained: false,
      citations: [{ n: 2, documentId: 'terms.md', quote: 'Invoices are paid within 30 days of delivery.' }],
      unsupported: [{ reason: 'not_in_source' }, { reason: 'unknown_source' }],
      usage: { modelId: 'scripted', inputTokens: 70, outputTokens: 9 },
      notes: [
        'citations taken out, since no such source was given: [9]',
        'sentences that no cited source bears out: 2',
      ],
    });
  });

  it('answers with a sentence of the source where no generator is configured, in the language of the source', async () => {
    const english = await collectAnswer(ask({ query: 'How much interest does late payment cost?' }));
    expect(english.answer).toMatch(/^Late payment costs 2 % interest\. \[\d\]/);
    const chinese = await collectAnswer(ask({ query: '发明专利申请人应当缴纳什么费用？' }));
    expect(chinese.citations[0]).toMatchObject({
      documentId: 'patent.md',
      quote: '发明专利申请人应当缴纳审查费用。',
    });
    expect(chinese.usage.modelId).toBe('extractive');
    expect([...english.unsupported, ...chinese.unsupported]).toEqual([]);
  });

  it('abstains where the corpus says nothing of it, and where it is empty of hits', async () => {
    const off = await collectAnswer(ask({ query: 'Who won the chess tournament in Reykjavik?' }));
    expect(off).toMatchObject({ answer: '', abstained: true, citations: [] });
    const none = await collectAnswer(ask({ query: 'zzz', mode: 'bm25' }));
    expect(none).toMatchObject({ answer: '', abstained: true, sources: [] });
  });

  it('does not take a bracketed number of a source for a citation', async () => {
    let streamed = '';
    for await (const event of ask({ query: 'the terms of delivery' })) {
      if (event.type === 'answer-delta') streamed += event.text;
      if (event.type === 'answer-end') {
        expect(event.citations[0]?.quote).toBe('These are the terms of delivery [3].');
      }
    }
    expect(streamed).toMatch(/^These are the terms of delivery\. \[1\]/);
  });

  it('keeps nothing of what a generator said before it abstained', async () => {
    const result = await collectAnswer(askBy(generatorOf(say('Hm. '), { type: 'abstained' })));
    expect(result).toMatchObject({ answer: '', abstained: true, citations: [], unsupported: [] });
  });

  it('answers from the sources, with a note, where the generator fails before its first word', async () => {
    const result = await collectAnswer(askBy(generatorOf(new AppError('unavailable', 'no such host'))));
    expect(result.usage.modelId).toBe('extractive');
    expect(result.answer).toContain('Invoices are paid');
    expect(result.notes).toEqual(['answered with sentences of the sources: scripted failed: no such host']);
  });

  it('fails where the generator fails after its first word: half of the answer is out', async () => {
    const failing = askBy(generatorOf(say('Invoices'), new AppError('unavailable', 'reset')));
    await expect(collectAnswer(failing)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('stops where the caller gives up', async () => {
    const caller = new AbortController();
    const generator: Generator = {
      modelId: 'endless',
      async *generate(_question, _sources, options) {
        while (!options.signal.aborted) {
          yield say('word ');
          caller.abort();
        }
      },
    };
    const events = ask({ query: 'invoices' }, { generatorOf: async () => generator }, caller.signal);
    await expect(collectAnswer(events)).rejects.toMatchObject({ code: 'canceled' });
  });
});
