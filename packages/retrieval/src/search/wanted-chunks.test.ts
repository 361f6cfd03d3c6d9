import { describe, expect, it } from 'vitest';
import { distinctWanted } from './wanted-chunks.ts';

describe('distinctWanted', () => {
  it.each([
    ['hits alone', { k: 10, mmr: null }, null, 10],
    ['what is reranked', { k: 10, mmr: null }, 20, 20],
    ['more hits than are reranked', { k: 100, mmr: null }, 20, 100],
    ['what diversity chooses among', { k: 10, mmr: { lambda: 0.7 } }, null, 50],
    ['what diversity chooses many among', { k: 100, mmr: { lambda: 0.7 } }, 20, 300],
  ])('is as many as are needed for %s', (_name, request, depth, wanted) => {
    const reading = depth === null ? null : { depth, readsTokenVectors: true };
    expect(distinctWanted(request, reading)).toBe(wanted);
  });
});
