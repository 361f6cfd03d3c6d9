import { describe, expect, it } from 'vitest';
import { answerRequestSchema } from '../answer/answer-request.ts';
import { maxHits, maxQueryLength, searchRequestSchema } from './search-request.ts';

describe('searchRequestSchema', () => {
  it('needs nothing but a query', () => {
    expect(searchRequestSchema.parse({ query: ' 专利 ' })).toMatchObject({
      query: '专利',
      mode: 'hybrid',
      fusion: 'z-score',
      rerank: 'default',
      k: 10,
      candidates: 100,
      threshold: null,
    });
    expect(answerRequestSchema.parse({ query: 'why?' })).toMatchObject({
      k: 5,
      neighbours: 1,
      generator: 'default',
    });
  });

  it.each([
    ['an empty query', { query: '  ' }],
    ['a query above the limit', { query: 'a'.repeat(maxQueryLength + 1) }],
    ['too many hits', { query: 'a', k: maxHits + 1 }],
    ['an unknown mode', { query: 'a', mode: 'magic' }],
    ['a misspelt field', { query: 'a', neighbors: 1 }],
    ['a threshold above 1', { query: 'a', threshold: 1.5 }],
    ['an unknown filter', { query: 'a', filter: { op: 'script', source: '1' } }],
  ])('refuses %s', (_name, request) => {
    expect(searchRequestSchema.safeParse(request).success).toBe(false);
  });
});
