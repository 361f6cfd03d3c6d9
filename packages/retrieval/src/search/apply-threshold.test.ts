import { describe, expect, it } from 'vitest';
import { placedBy } from '../rerank/score-candidates.ts';
import { candidateOf } from '../test-candidates.ts';
import { applyThreshold } from './apply-threshold.ts';

describe('applyThreshold', () => {
  const scored = [
    { candidate: candidateOf('a', 3), score: 0.9 },
    { candidate: candidateOf('b', 2), score: 0.4 },
  ];
  const candidates = [...placedBy(scored, 'probability'), candidateOf('c', 9)];

  it('keeps what reaches the threshold; what was not reranked has nothing to show', () => {
    expect(applyThreshold(candidates, 0.4).map(({ chunk }) => chunk.chunkId)).toEqual(['a', 'b']);
    expect(applyThreshold(candidates, 0.41).map(({ chunk }) => chunk.chunkId)).toEqual(['a']);
    expect(applyThreshold(candidates, 1)).toEqual([]);
  });

  it('keeps everything where none is asked for', () => {
    expect(applyThreshold(candidates, null)).toBe(candidates);
  });
});
