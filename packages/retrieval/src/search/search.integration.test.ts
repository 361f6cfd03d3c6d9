import { AppError, type LogFields, type Logger, type Reranker, silentLogger } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchPorts } from '../ports.ts';
import { openTestCorpus, rerankerOf, type TestCorpus } from '../test-corpus.ts';
import { search } from './search.ts';
import { type SearchRequestInput, searchRequestSchema } from './search-request.ts';

const signal = new AbortController().signal;
const documents = [
  {
    id: 'pump.md',
    title: 'Pump manual',
    chunks: [
      'Unpack the pump and check the parts. ',
      'The pump PPR-9087 delivers four litres a minute. ',
      'Replace the filter of the pump every year.',
    ],
    metadata: { product: 'pump', year: 2024 },
  },
  {
    id: 'invoice.md',
    chunks: ['Invoices are paid within thirty days of delivery.'],
    metadata: { product: 'office' },
  },
  {
    id: 'patent.md',
    title: '专利法',
    chunks: ['发明专利申请人应当缴纳审查费用。', '实用新型专利不进行实质审查。'],
  },
  {
    id: 'garden.md',
    chunks: ['Water the garden in the evening, a litre for each plant.'],
    metadata: { year: 2020 },
  },
];

describe('search', () => {
  let opened: TestCorpus;
  beforeAll(async () => {
    opened = await openTestCorpus(documents);
  });
  afterAll(() => opened.close());

  const run = (request: SearchRequestInput, overrides: Partial<SearchPorts> = {}, abort = signal) =>
    search(
      { ...opened.ports, ...overrides },
      opened.corpus,
      searchRequestSchema.parse({ rerank: 'none', ...request }),
      abort,
    );
  const withReranker = (reranker: Reranker) => ({ rerankerOf: async () => reranker });

  it.each([
    ['bm25', { bm25: expect.anything(), dense: null, fused: null, rerank: null }],
    ['dense', { bm25: null, dense: expect.anything(), fused: null, rerank: null }],
    [
      'hybrid',
      {
        bm25: expect.anything(),
        dense: expect.anything(),
        fused: { rank: 1, score: expect.any(Number) },
        rerank: null,
      },
    ],
  ] as const)('finds by %s and shows what each stage made of a hit', async (mode, stages) => {
    const { hits, notes, reranker } = await run({ query: 'pump litres minute', mode });
    expect(hits[0]).toMatchObject({
      documentId: 'pump.md',
      position: 1,
      title: 'Pump manual',
      start: 37,
      stages,
    });
    expect(notes).toEqual([]);
    expect(reranker).toBeNull();
  });

  it('finds Chinese by Chinese, and an identifier that stands in one chunk first', async () => {
    expect((await run({ query: '审查费用' })).hits[0]?.text).toBe('发明专利申请人应当缴纳审查费用。');
    expect((await run({ query: 'PPR-9087' })).hits[0]?.text).toContain('PPR-9087');
  });

  it('returns at most k hits, ranked without gaps, none twice', async () => {
    const { hits } = await run({ query: 'pump litre 专利', k: 3 });
    expect(hits).toHaveLength(3);
    expect(hits.map(({ stages }) => stages.fused?.rank)).toEqual([1, 2, 3]);
    expect(new Set(hits.map(({ chunkId }) => chunkId)).size).toBe(3);
  });

  it('filters inside both legs', async () => {
    const filter = { op: 'eq', field: 'product', value: 'office' } as const;
    const { hits } = await run({ query: 'pump litres', filter });
    expect(hits.map(({ documentId }) => documentId)).toEqual(['invoice.md']);
  });

  it('lets a probability replace the order and a threshold apply to it', async () => {
    const reranker = rerankerOf('probability', (text) => (text.includes('garden') ? 0.9 : 0.2));
    const request = { query: 'pump litres', rerank: 'default' };
    const reranked = await run(request, withReranker(reranker));
    expect(reranked.hits[0]).toMatchObject({
      documentId: 'garden.md',
      score: 0.9,
      stages: { rerank: { rank: 1, score: 0.9 } },
    });
    expect(reranked.reranker).toEqual({ modelId: 'test-reranker', candidates: reranked.hits.length });
    const passing = await run({ ...request, threshold: 0.5 }, withReranker(reranker));
    expect(passing.hits.map(({ documentId }) => documentId)).toEqual(['garden.md']);
  });

  it('reranks the first candidates alone; the others keep their order below', async () => {
    const before = await run({ query: 'pump litres' });
    const after = await run(
      { query: 'pump litres', rerank: 'default' },
      withReranker(rerankerOf('probability', (text) => 1 / text.length, 2)),
    );
    const ids = (response: typeof before) => response.hits.map(({ chunkId }) => chunkId);
    expect(ids(after).slice(2)).toEqual(ids(before).slice(2));
    expect(after.hits.filter(({ stages }) => stages.rerank !== null)).toHaveLength(2);
    expect(after.reranker?.candidates).toBe(2);
  });

  it('gives the reranker title and text', async () => {
    const texts: string[] = [];
    const reranker = rerankerOf('relative', (text) => texts.push(text));
    await run({ query: '审查费用', rerank: 'default' }, withReranker(reranker));
    expect(texts).toContain('专利法\n发明专利申请人应当缴纳审查费用。');
  });

  it.each([
    ['fails', () => Promise.reject(new AppError('unavailable', 'the model is gone')), 'the model is gone'],
    ['passes its deadline', () => new Promise<number>(() => {}), 'took longer than 20 ms'],
    ['gives no number', () => Number.NaN, 'scores for'],
  ])('keeps the fused order with a note where the reranker %s', async (_name, score, reason) => {
    const before = await run({ query: 'pump litres' });
    const after = await run(
      { query: 'pump litres', rerank: 'default', deadlineMs: 20 },
      withReranker(rerankerOf('probability', score)),
    );
    expect(after.hits).toEqual(before.hits);
    expect(after.reranker).toBeNull();
    expect(after.notes).toEqual([expect.stringMatching(new RegExp(`^not reranked: .*${reason}`))]);
  });

  it('says so where there is no reranker, and refuses a name that nobody knows', async () => {
    expect((await run({ query: 'pump', rerank: 'default' })).notes).toEqual([
      'not reranked: the corpus has no reranker',
    ]);
    const unknown = { rerankerOf: () => Promise.reject(new AppError('not_found', 'no such model')) };
    await expect(run({ query: 'pump', rerank: 'magic' }, unknown)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it.each([
    ['no reranker is to run', { rerank: 'none' }, {}],
    ['the corpus has none', { rerank: 'default' }, {}],
    ['its scores are relative', { rerank: 'default' }, withReranker(rerankerOf('relative', () => 1))],
  ])('refuses a threshold where %s', async (_name, request, overrides) => {
    await expect(run({ query: 'pump', threshold: 0.5, ...request }, overrides)).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  it('goes on by words alone, with a note, where the embedding model does not answer', async () => {
    const down = { embedderOf: () => Promise.reject(new AppError('unavailable', 'connection refused')) };
    const { hits, notes } = await run({ query: 'pump litres' }, down);
    expect(hits[0]?.documentId).toBe('pump.md');
    expect(notes).toEqual(['searched by words alone, without vectors: connection refused']);
    await expect(run({ query: 'pump', mode: 'dense' }, down)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('says so where a query has more words than a search takes', async () => {
    const query = `pump ${Array.from({ length: 700 }, (_, index) => `w${index}`).join(' ')}`;
    const { hits, notes } = await run({ query, mode: 'bm25' });
    expect(hits[0]?.documentId).toBe('pump.md');
    expect(notes).toEqual([
      expect.stringMatching(/^189 of the query's 701 different words were not searched/),
    ]);
  });

  it('does not take a caller who gave up for a failure of the reranker', async () => {
    const caller = new AbortController();
    const reranker = rerankerOf('probability', () => {
      caller.abort();
      return new Promise<number>(() => {});
    });
    const waiting = run({ query: 'pump', rerank: 'default' }, withReranker(reranker), caller.signal);
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' });
  });

  it('brings variety forward where it is asked for', async () => {
    const plain = await run({ query: 'pump filter', k: 3 });
    const varied = await run({ query: 'pump filter', k: 3, mmr: { lambda: 0.3 } });
    const different = (response: typeof plain) =>
      new Set(response.hits.map(({ documentId }) => documentId)).size;
    expect(varied.hits[0]).toEqual(plain.hits[0]);
    expect(different(varied)).toBeGreaterThan(different(plain));
  });

  it('returns the surroundings of a hit as one text', async () => {
    const { hits } = await run({ query: 'PPR-9087', k: 1, neighbours: 1 });
    const whole = documents[0]?.chunks.join('') ?? '';
    expect(hits[0]?.context).toEqual({ text: whole, start: 0, end: whole.length });
  });

  it('logs one line per query, without its words', async () => {
    const lines: LogFields[] = [];
    const log: Logger = { ...silentLogger, info: (fields) => lines.push(fields) };
    await run({ query: 'pump secretword' }, { log });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      event: 'search-done',
      corpus: 'retrieval',
      mode: 'hybrid',
      reranked: 0,
    });
    expect(JSON.stringify(lines)).not.toContain('secretword');
  });
});
