import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeModes, judgeNameOf, parseJudgeName } from './judge-name.ts';

describe('parseJudgeName', () => {
  it.each([
    ['judge', { mode: 'pointwise', model: null }],
    ['judge:gpt-4o-mini', { mode: 'pointwise', model: 'gpt-4o-mini' }],
    ['judge:qwen2.5:7b', { mode: 'pointwise', model: 'qwen2.5:7b' }],
    ['judge@listwise', { mode: 'listwise', model: null }],
    ['judge@listwise:openai:some@tag', { mode: 'listwise', model: 'openai:some@tag' }],
  ])('reads %s', (name, expected) => {
    expect(parseJudgeName(name)).toEqual(expected);
  });

  it.each(['judgement', 'judge-2', 'bge-reranker-base', 'openai:judge', ''])(
    'leaves %j to others',
    (name) => {
      expect(parseJudgeName(name)).toBeNull();
    },
  );

  it.each(['judge@', 'judge@pairwise', 'judge:', 'judge@listwise:'])('refuses %j', (name) => {
    expect(() => parseJudgeName(name)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('reads back every name it writes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...judgeModes), fc.string({ minLength: 1 }), (mode, model) => {
        expect(parseJudgeName(judgeNameOf(mode, model))).toEqual({ mode, model });
      }),
    );
  });
});
