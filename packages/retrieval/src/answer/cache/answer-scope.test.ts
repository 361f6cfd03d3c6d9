import type { Corpus } from '@winnow/core';
import { corpusOf, generationOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { type AnswerRequestInput, answerRequestSchema } from '../answer-request.ts';
import { answerScope } from './answer-scope.ts';

const corpus = corpusOf('notes');
const other = corpusOf('other');
const { name, corpusId } = corpus;
const next = generationOf(name, corpusId, 2);
const [first = next] = corpus.generations;
const remade = { ...first, fingerprints: { ...first.fingerprints, chunker: 'two' } };
const query = 'When are invoices paid?';
const scopeOf = (
  request: Partial<AnswerRequestInput> = {},
  changes: Partial<Corpus> = {},
  generator = 'gpt',
) => answerScope({ ...corpus, ...changes }, generator, answerRequestSchema.parse({ query, ...request }));

describe('answerScope', () => {
  it.each([
    ['another corpus', scopeOf({}, other)],
    ['a corpus that was created anew under its name', scopeOf({}, { corpusId: other.corpusId })],
    ['another generation', scopeOf({}, { generations: [next], liveGeneration: 2 })],
    ['another version of what made it', scopeOf({}, { generations: [remade] })],
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
