import type { Corpus, CorpusName } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { type AnswerRequestInput, answerRequestSchema } from '../answer-request.ts';
import { answerScope } from './answer-scope.ts';

const corpus: Corpus = {
  name: 'notes' as CorpusName,
  settings: {
    source: { kind: 'folder', path: '/notes', include: ['**/*'], exclude: [] },
    language: 'auto',
    embedder: 'hashing',
    chunking: { targetTokens: 128, overlapRatio: 0.1 },
  },
  generation: 1,
  fingerprint: 'one',
  dimensions: 64,
  createdAt: '2026-01-02T03:04:05.000Z',
};
const query = 'When are invoices paid?';
const scopeOf = (
  request: Partial<AnswerRequestInput> = {},
  changes: Partial<Corpus> = {},
  generator = 'gpt',
) => answerScope({ ...corpus, ...changes }, generator, answerRequestSchema.parse({ query, ...request }));

describe('answerScope', () => {
  it.each([
    ['another corpus', scopeOf({}, { name: 'other' as CorpusName })],
    ['a corpus that was created anew under its name', scopeOf({}, { createdAt: '2026-02-02T03:04:05.000Z' })],
    ['another generation', scopeOf({}, { generation: 2 })],
    ['another embedding model or chunking', scopeOf({}, { fingerprint: 'two' })],
    ['another generator', scopeOf({}, {}, 'gpt-2')],
    ['a filter', scopeOf({ filter: { op: 'eq', field: 'team', value: 'a' } })],
    ['another filter', scopeOf({ filter: { op: 'eq', field: 'team', value: 'b' } })],
    ['more hits', scopeOf({ k: 6 })],
    ['another mode', scopeOf({ mode: 'dense' })],
    ['another fusion', scopeOf({ fusion: 'rrf' })],
    ['another reranker', scopeOf({ rerank: 'none' })],
    ['another reranking budget', scopeOf({ rerankBudgetMs: 100 })],
    ['a threshold', scopeOf({ threshold: 0.5 })],
    ['diversity', scopeOf({ mmr: { lambda: 0.5 } })],
    ['fewer neighbours', scopeOf({ neighbours: 0 })],
    ['fewer candidates', scopeOf({ candidates: 50 })],
    ['another language of the question', scopeOf({ query: '发票何时支付？' })],
  ])('keeps apart: %s', (_name, scope) => {
    expect(scope).not.toBe(scopeOf());
  });

  it('does not depend on the question, its deadline, or the order in which settings were given', () => {
    expect(scopeOf({ query: 'Something else' })).toBe(scopeOf());
    expect(scopeOf({ deadlineMs: 50 })).toBe(scopeOf());
    expect(scopeOf({ k: 5, mode: 'hybrid' })).toBe(scopeOf({ mode: 'hybrid', k: 5 }));
  });
});
