import type { ChunkId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import type { Citation } from './check-citations.ts';
import { mergeCitations } from './merge-citations.ts';

const text = 'One is here. Two is\n**there**. Three is far. Four.';
const cite = (quote: string, n = 1): Citation => ({
  n,
  documentId: 'd',
  chunkId: 'c' as ChunkId,
  title: '',
  headings: [],
  quote,
  checked: true,
});
const merged = (...citations: readonly Citation[]) =>
  mergeCitations(citations, () => text).map(({ n, quote }) => [n, quote]);

describe('mergeCitations', () => {
  it('makes one of quotes that touch, letter for letter', () => {
    expect(merged(cite('Two is\n**there**.'), cite('One is here.'), cite('Three is far.'))).toEqual([
      [1, 'One is here. Two is\n**there**. Three is far.'],
    ]);
  });

  it('keeps one of equal quotes, and quotes apart where something stands between them', () => {
    expect(merged(cite('One is here.'), cite('Four.'), cite('One is here.'))).toEqual([
      [1, 'One is here.'],
      [1, 'Four.'],
    ]);
  });

  it('keeps sources apart', () => {
    expect(merged(cite('One is here.'), cite('One is here.', 2))).toHaveLength(2);
  });
});
