import type { SearchHit } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { explainHit, stagesOf } from './explain-hit.ts';

const hitOf = (overrides: Partial<SearchHit>): SearchHit =>
  ({
    stages: {
      bm25: null,
      dense: { rank: 1, score: 0.8125 },
      fused: { rank: 5, score: 1.5 },
      rerank: { rank: 2, score: 1 },
    },
    judgement: null,
    duplicates: [],
    ...overrides,
  }) as SearchHit;

describe('explainHit', () => {
  test('tells grade, reason and quote of a judge, then each stage and what the reranker changed', () => {
    const judgement = {
      grade: 3,
      reason: 'It says when.',
      quote: 'within\nthirty days',
      quoteFound: true,
    } as const;
    expect(explainHit(hitOf({ judgement }), ['bm25', 'dense', 'fused', 'rerank'])).toEqual([
      'grade 3 of 3 (answers the query): It says when.',
      'quote: “within thirty days”',
      'bm25   not found',
      'dense  #1 (0.813)',
      'fused  #5 (1.500)',
      'rerank #2 (1.000), up 3',
    ]);
  });

  test('marks a quote that does not stand in the passage', () => {
    const judgement = { grade: 1, reason: '', quote: 'late fees', quoteFound: false } as const;
    expect(explainHit(hitOf({ judgement }), [])).toEqual([
      'grade 1 of 3 (on its subject): no reason given',
      'quote, NOT in the passage: “late fees”',
    ]);
  });

  test('misses a quote only where the grade needs one', () => {
    const none = { reason: 'So.', quote: null, quoteFound: false } as const;
    expect(explainHit(hitOf({ judgement: { grade: 2, ...none } }), [])).toContain('no quote');
    expect(explainHit(hitOf({ judgement: { grade: 0, ...none } }), [])).toEqual([
      'grade 0 of 3 (nothing to do with it): So.',
    ]);
  });

  test('explains a hit that no judge saw by its stages alone', () => {
    const stages = { bm25: { rank: 4, score: 2 }, dense: null, fused: null, rerank: null };
    const hits = [hitOf({ stages }), hitOf({ stages: { ...stages, rerank: { rank: 4, score: 1 } } })];
    expect(hits.map((hit) => explainHit(hit, stagesOf(hits)))).toEqual([
      ['bm25   #4 (2.000)', 'rerank not scored'],
      ['bm25   #4 (2.000)', 'rerank #4 (1.000), as before'],
    ]);
  });
});
