import { describe, expect, it } from 'vitest';
import { placeReranked } from '../rerank/place-reranked.ts';
import { candidateOf } from '../test-candidates.ts';
import { applyThreshold } from './apply-threshold.ts';

describe('applyThreshold', () => {
  const candidates = placeReranked(
    [candidateOf('a', 3), candidateOf('b', 2), candidateOf('c', 9)],
    [0.9, 0.4],
    'probability',
  );

  it('keeps what reaches the threshold; what was not reranked has nothing to show', () => {
    expect(applyThreshold(candidates, 0.4).map(({ chunk }) => chunk.chunkId)).toEqual(['a', 'b']);
    expect(applyThreshold(candidates, 0.41).map(({ chunk }) => chunk.chunkId)).toEqual(['a']);
    expect(applyThreshold(candidates, 1)).toEqual([]);
  });

  it('keeps everything where none is asked for', () => {
    expect(applyThreshold(candidates, null)).toBe(candidates);
  });
});
