import { AppError, type BillTo, type ChatModel } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerPorts } from '../ports.ts';
import { openTestBill, type TestBill } from '../test-bill.ts';
import { type ChatStep, scriptedChatModel } from '../test-chat-model.ts';
import { openTestCorpus, type TestCorpus } from '../test-corpus.ts';
import { answer } from './answer.ts';
import type { AnswerEvent } from './answer-event.ts';
import { type AnswerRequestInput, answerRequestSchema } from './answer-request.ts';
import { collectAnswer } from './collect-answer.ts';

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
  { id: 'script.md', title: 'Script', chunks: ['The script argument is process.argv[2].'] },
  {
    id: 'patent.md',
    title: '专利法',
    chunks: ['发明专利申请人应当缴纳审查费用。', '实用新型专利不进行实质审查。'],
  },
];

const answeredBy = (model: ChatModel): Partial<AnswerPorts> => ({ chatModelOf: async () => model });

describe('answer', () => {
  let opened: TestCorpus;
  beforeAll(async () => {
    opened = await openTestCorpus(documents);
  });
  afterAll(() => opened.close());

  const ask = (request: AnswerRequestInput, overrides: Partial<AnswerPorts> = {}, abort = signal) =>
    answer(
      { ...opened.ports, ...overrides },
      opened.corpus,
      answerRequestSchema.parse({ rerank: 'none', ...request }),
      abort,
    );
  const askBy = (...steps: readonly ChatStep[]) =>
    ask({ query: 'When are invoices paid?', k: 1 }, answeredBy(scriptedChatModel(steps)));

  it('gives markup of the sources as text, streamed and whole, and code as it is', async () => {
    const chunk =
      'The badge reader <img src=x onerror=alert(1)> opens [the door](javascript:alert(2)). ' +
      'The badge reader takes the tag `<badge id="1">` and <script>alert(3)</script> the time.';
    const badges = await openTestCorpus([{ id: 'badge.md', title: 'Badge', chunks: [chunk] }]);
    const request = answerRequestSchema.parse({
      query: 'The badge reader takes the tag and the time',
      rerank: 'none',
    });
    for (const model of [null, scriptedChatModel([`${chunk} [1]`])]) {
      const ports = { ...badges.ports, ...(model !== null && answeredBy(model)) };
      const events = await Array.fromAsync(answer(ports, badges.corpus, request, signal));
      const streamed = events.map((event) => (event.type === 'answer-delta' ? event.text : '')).join('');
      const end = events.at(-1);
      if (end?.type !== 'answer-end') throw new Error('there is no end');
      for (const text of [streamed, end.answer]) {
        expect(text).not.toMatch(/<img|<script|javascript:/);
        expect(text).toContain('`<badge id="1">`');
      }
      expect(end.unsupported).toEqual([]);
      expect(end.citations.map(({ n }) => n)).toContain(1);
    }
    await badges.close();
  });

  it('books the sentences it embeds as part of the answer, not as documents', async () => {
    const bills: TestBill[] = [];
    const openBill = (to: BillTo) => {
      const bill = openTestBill(to);
      bills.push(bill);
      return bill;
    };
    await collectAnswer(ask({ query: 'When are invoices paid?' }, { openBill }));
    const purposes = new Set(bills.flatMap(({ calls }) => calls.map(({ purpose }) => purpose)));
    expect(purposes).toEqual(new Set(['embed-query', 'answer']));
  });

  it('quotes code with its indices', async () => {
    const { answer: quoted } = await collectAnswer(ask({ query: 'Which script argument is process.argv?' }));
    expect(quoted).toContain('The script argument is process.argv[2].');
  });

  it('sends the sources first, then the text as it comes, then the checked result', async () => {
    const asked = askBy(
      'Invoices are paid within 30 days of delivery [2]. ',
      'The moon is made of cheese and honey [1]. ',
      'See also [9].',
    );
    const events: AnswerEvent[] = [];
    for await (const event of asked) events.push(event);
    const types = events.map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(['sources-ready', 'answer-end']);
    expect(new Set(types.slice(1, -1))).toEqual(new Set(['answer-delta']));
    expect(types.length).toBeGreaterThanOrEqual(5);
    expect(events[0]).toMatchObject({
      sources: [
        { n: 1, documentId: 'terms.md', start: 0 },
        { n: 2, documentId: 'terms.md', start: 37 },
        { n: 3, documentId: 'terms.md' },
      ],
    });
    expect(events.at(-1)).toMatchObject({
      answer:
        'Invoices are paid within 30 days of delivery [1]. The moon is made of cheese and honey. See also.',
      abstained: false,
      citations: [
        {
          n: 1,
          documentId: 'terms.md',
          title: 'Terms',
          quote: 'Invoices are paid within 30 days of delivery.',
        },
      ],
      unsupported: [{ reason: 'not_in_source' }, { reason: 'unknown_source' }],
      generator: 'scripted',
      notes: [
        'citations taken out, since no such source was given: [9]',
        'sentences that no cited source bears out: 2',
      ],
    });
  });

  it('numbers citations in the order of the answer, the sources that are handed back alike', async () => {
    const {
      citations,
      sources,
      answer: said,
    } = await collectAnswer(
      askBy('Disputes go to the court in Basel [3]. Invoices are paid within 30 days of delivery [2].'),
    );
    expect(said).toBe(
      'Disputes go to the court in Basel [1]. Invoices are paid within 30 days of delivery [2].',
    );
    expect(citations.map(({ n }) => n)).toEqual([1, 2]);
    expect(sources.slice(0, 2).map(({ n, chunkId }) => [n, chunkId])).toEqual(
      citations.map(({ n, chunkId }) => [n, chunkId]),
    );
  });

  it('answers with a sentence of the source where no generator is configured, in the language of the source', async () => {
    const english = await collectAnswer(ask({ query: 'How much interest does late payment cost?' }));
    expect(english.answer).toMatch(/Late payment costs 2 % interest\. \[\d\]/);
    const chinese = await collectAnswer(ask({ query: '发明专利申请人应当缴纳什么费用？' }));
    expect(chinese.citations[0]).toMatchObject({
      documentId: 'patent.md',
      quote: '发明专利申请人应当缴纳审查费用。',
    });
    expect(chinese.generator).toBe('extractive');
    expect([...english.unsupported, ...chinese.unsupported]).toEqual([]);
  });

  it('abstains where the corpus says nothing of it, and where it is empty of hits', async () => {
    const off = await collectAnswer(ask({ query: 'Who won the chess tournament in Reykjavik?' }));
    expect(off).toMatchObject({ answer: '', abstained: true, citations: [] });
    expect(off.nearest).toHaveLength(3);
    expect(off.nearest[0]).toMatchObject({ chunkId: off.sources.find(({ rank }) => rank === 1)?.chunkId });
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
    const result = await collectAnswer(askBy('NO_ANSWER', ' and this is why [1].'));
    expect(result).toMatchObject({ answer: '', abstained: true, citations: [], unsupported: [] });
  });

  it('answers from the sources, with a note, where the generator fails before its first word', async () => {
    const result = await collectAnswer(askBy(new AppError('unavailable', 'no such host')));
    expect(result.generator).toBe('extractive');
    expect(result.answer).toContain('Invoices are paid');
    expect(result.notes).toEqual(['answered with sentences of the sources: scripted failed: no such host']);
  });

  it('fails where the generator fails after its first word: half of the answer is out', async () => {
    const failing = askBy('Invoices are ', new AppError('unavailable', 'reset'));
    await expect(collectAnswer(failing)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('stops where the caller gives up', async () => {
    const caller = new AbortController();
    const endless: ChatModel = {
      ...scriptedChatModel([]),
      async *chat(_request, options) {
        while (!options.signal.aborted) {
          yield { type: 'delta', text: 'word ' };
          caller.abort();
        }
      },
    };
    const events = ask({ query: 'invoices' }, answeredBy(endless), caller.signal);
    await expect(collectAnswer(events)).rejects.toMatchObject({ code: 'canceled' });
  });
});
