import {
  AppError,
  type Corpus,
  type CorpusName,
  type Judgement,
  noModelUsage,
  type Reranker,
  silentLogger,
} from '@winnow/core';
import { describe, expect, it } from 'vitest';
import type { RerankPlan, SearchPorts } from '../ports.ts';
import { type SearchRequestInput, searchRequestSchema } from '../search/search-request.ts';
import { openTestBill } from '../test-bill.ts';
import { candidateOf } from '../test-candidates.ts';
import { rerankerOf } from '../test-corpus.ts';
import { openReranker, rerank } from './rerank.ts';
import { createRerankBudget, type RerankBudget } from './rerank-budget.ts';

const corpus = { name: 'c' as CorpusName } as Corpus;
const candidates = [...'abcdef'].map((id, index) => candidateOf(id, 6 - index, id));
const ids = (some: readonly { chunk: { chunkId: string } }[]) =>
  some.map(({ chunk }) => chunk.chunkId).join('');

const judgementOf = (grade: Judgement['grade']): Judgement => ({
  grade,
  reason: 'So it seems.',
  quote: null,
  quoteFound: false,
});

/** Grades passages by their text; undefined leaves one without a judgement. */
function judgeOf(grades: Readonly<Record<string, Judgement['grade']>>, depth = 20): Reranker {
  return {
    ...rerankerOf('probability', () => 0, depth),
    modelId: 'judge:m',
    async rerank(_query, passages) {
      const given = passages.map(({ text }) => grades[text]);
      return {
        scores: given.map((grade) => (grade ?? 0) / 3),
        judgements: given.map((grade) => (grade === undefined ? null : judgementOf(grade))),
        usage: { ...noModelUsage, calls: 1 },
        notes: ['a note of the judge'],
      };
    },
  };
}

const failing = (message: string): Reranker =>
  rerankerOf('probability', () => Promise.reject(new AppError('unavailable', message)));
const alphabetBackwards = (scale: Reranker['scale']) =>
  rerankerOf(scale, (text) => text.charCodeAt(0) / 1_000);

interface Setting {
  readonly rerankers: Readonly<Record<string, Reranker | AppError | null>>;
  readonly plan?: Partial<RerankPlan>;
  readonly budget?: RerankBudget;
}

async function run(
  { rerankers, plan = {}, budget = createRerankBudget() }: Setting,
  input: Partial<SearchRequestInput> = {},
  abort?: AbortSignal,
) {
  const ports: SearchPorts = {
    store: undefined as never,
    openBill: openTestBill,
    embedderOf: () => Promise.reject(new Error('not asked for')),
    async rerankerOf(_corpus, name = 'first') {
      const found = rerankers[name];
      if (found === undefined) throw new AppError('not_found', `no reranker is called ${name}`);
      if (found instanceof AppError) throw found;
      return found;
    },
    rerankPlanOf: (_corpus, name) => ({
      deadlineMs: 3_000,
      depth: 'whole',
      standIns: [],
      ...(name === undefined && plan),
    }),
    rerankBudget: budget,
    clock: performance,
    log: silentLogger,
  };
  const signal = abort ?? new AbortController().signal;
  const bill = openTestBill({ corpus: corpus.name, runId: null, queryId: 'q' });
  const request = searchRequestSchema.parse({ query: 'q', ...input });
  const context = { corpus, bill, signal };
  return rerank(ports, context, request, { opened: await openReranker(ports, context, request), candidates });
}

describe('rerank', () => {
  it('lets a judge place and explain what it graded; what it did not grade follows in its order', async () => {
    const judge = judgeOf({ a: 0, c: 3, d: 1 });
    const { candidates: placed, reranker, notes } = await run({ rerankers: { first: judge } });
    expect(ids(placed)).toBe('cdabef');
    expect(placed.map(({ judgement }) => judgement?.grade ?? null)).toEqual([3, 1, 0, null, null, null]);
    expect(placed.map(({ stages }) => stages.rerank?.rank ?? null)).toEqual([1, 2, 3, null, null, null]);
    expect(reranker).toEqual({ modelId: 'judge:m', candidates: 3 });
    expect(notes).toEqual([
      'a note of the judge',
      'passages without a score left in their order below the others: 3',
    ]);
  });

  it('has a stand-in rank what a judge left without a grade, and nothing else', async () => {
    const seen: string[] = [];
    const encoder = rerankerOf('probability', (text) => {
      seen.push(text);
      return text.charCodeAt(0) / 1_000;
    });
    const rerankers = { first: judgeOf({ a: 0, c: 3, d: 1 }, 5), encoder };
    const { candidates: placed, notes } = await run({ rerankers, plan: { standIns: ['encoder'] } });
    expect(seen).toEqual(['b', 'e']);
    expect(ids(placed)).toBe('cdaebf');
    expect(placed.map(({ stages }) => stages.rerank?.rank ?? null)).toEqual([1, 2, 3, 4, 5, null]);
    expect(notes).toContain('passages without a score ranked below the others by test-reranker: 2');
  });

  it('asks stand-ins in their order where one after the other fails, and tells each', async () => {
    const rerankers = {
      first: { ...failing('429'), modelId: 'judge:m' },
      encoder: new AppError('failed_precondition', 'its files cannot be had'),
      late: { ...alphabetBackwards('relative'), modelId: 'late-interaction:x' },
    };
    const result = await run({ rerankers, plan: { standIns: ['encoder', 'late'] } });
    expect(result.reranker).toEqual({ modelId: 'late-interaction:x', candidates: 6 });
    expect(result.notes).toEqual([
      'judge:m did not rerank: 429',
      'encoder did not rerank: its files cannot be had',
      'ranked instead by late-interaction:x: 6',
    ]);
  });

  it('keeps the fused order with a note where all fail', async () => {
    const rerankers = { first: new AppError('unavailable', 'no key'), encoder: failing('gone') };
    const result = await run({ rerankers, plan: { standIns: ['encoder', 'unknown'] } });
    expect(result.candidates).toEqual(candidates);
    expect(result.reranker).toBeNull();
    expect(result.notes).toEqual([
      'the default reranker did not rerank: no key',
      'encoder did not rerank: gone',
      'not reranked: no reranker is called unknown',
    ]);
  });

  it('leaves time for a stand-in where the judge takes all it is given', async () => {
    const hanging = { ...rerankerOf('probability', () => new Promise<number>(() => {})), modelId: 'judge:m' };
    const rerankers = { first: hanging, encoder: alphabetBackwards('probability') };
    const result = await run({ rerankers, plan: { standIns: ['encoder'], deadlineMs: 800 } });
    expect(ids(result.candidates)).toBe('fedcba');
    expect(result.notes[0]).toMatch(/^judge:m did not rerank: judge:m took longer than \d+ ms$/);
  });

  it('takes what a judge gives back when its deadline passes', async () => {
    const judge = judgeOf({ b: 3 });
    const late: Reranker = {
      ...judge,
      rerank: (query, passages, { signal }) =>
        new Promise((resolve) => {
          const answer = () => resolve(judge.rerank(query, passages, { signal }));
          signal.addEventListener('abort', () => setImmediate(answer));
        }),
    };
    const result = await run({ rerankers: { first: late } }, { deadlineMs: 20 });
    expect(ids(result.candidates)).toBe('bacdef');
    expect(result.reranker).toEqual({ modelId: 'judge:m', candidates: 1 });
  });

  it('lets a threshold pass scores of 0–1 alone: no stand-in with relative scores is asked', async () => {
    const rerankers = { first: failing('gone'), late: alphabetBackwards('relative') };
    const result = await run({ rerankers, plan: { standIns: ['late'] } }, { threshold: 0.5 });
    expect(result.reranker).toBeNull();
    expect(result.notes.at(-1)).toMatch(
      /^not reranked: its scores are relative .*the threshold was not applied$/,
    );
  });

  it('gives a model of this machine as many as fit the latency budget, others their depth', async () => {
    const rerankers = { first: { ...alphabetBackwards('probability'), depth: 6 } };
    for (const [depth, expected] of [
      ['latency', 5],
      ['whole', 6],
    ] as const) {
      const budget = createRerankBudget();
      budget.begin('test-reranker', 1)({ durationMs: 1_000, outcome: 'done' });
      const { reranker } = await run({ rerankers, budget, plan: { depth } }, { rerankBudgetMs: 300 });
      expect(reranker?.candidates).toBe(expected);
    }
  });

  it('fails for a name that nobody knows, and ends as canceled with its caller', async () => {
    await expect(run({ rerankers: {} })).rejects.toMatchObject({ code: 'not_found' });
    const caller = new AbortController();
    const reranker = rerankerOf('probability', () => {
      caller.abort();
      return new Promise<number>(() => {});
    });
    const rerankers = { first: reranker, encoder: alphabetBackwards('probability') };
    const canceled = run({ rerankers, plan: { standIns: ['encoder'] } }, {}, caller.signal);
    await expect(canceled).rejects.toMatchObject({ code: 'canceled' });
  });
});
