import { describe, expect, it } from 'vitest';
import { plainQuestion } from './plain-question.ts';

describe('plainQuestion', () => {
  it('is what is asked, without what is put around it', () => {
    expect(plainQuestion('Hi, could you please tell me:  What is a Chunk?!')).toBe('what is a chunk');
    expect(plainQuestion('请问一下，文本块是什么呢？')).toBe('文本块是什么');
  });

  it('goes through a text of signs, and one of politeness, in linear time', () => {
    // A square of this length is minutes.
    expect(plainQuestion(`${'?'.repeat(400_000)}x`)).toHaveLength(400_001);
    expect(plainQuestion('please '.repeat(200_000)).length).toBeGreaterThan(1_000_000);
  });
});
