import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-candidates.ts';
import { diversify } from './mmr.ts';

const ids = (candidates: readonly { chunk: { chunkId: string } }[]) =>
  candidates.map(({ chunk }) => chunk.chunkId);
const near = [
  candidateOf('a', 3, '专利申请的审查程序'),
  candidateOf('a2', 2.9, '专利申请的审查程序。'),
  candidateOf('b', 2.8, 'invoice payment terms'),
  candidateOf('b2', 2.7, 'the payment terms of an invoice'),
];
const any = fc
  .array(fc.string({ maxLength: 30 }), { maxLength: 12 })
  .map((texts) => texts.map((text, index) => candidateOf(String(index), 1 - index / 100, text)));

describe('diversify', () => {
  it('takes something different before a repetition of what it has', () => {
    expect(ids(diversify(near, 0.7, 4))).toEqual(['a', 'b', 'a2', 'b2']);
  });

  it('keeps the order at lambda 1 and the first candidate always', () => {
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (candidates, lambda) => {
        expect(diversify(candidates, 1, candidates.length + 1)).toEqual(candidates);
        expect(diversify(candidates, lambda, 3)[0]).toBe(candidates[0]);
      }),
    );
  });

  it('returns as many as were asked for, none twice', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 15 }), (candidates, count) => {
        const taken = diversify(candidates, 0.5, count);
        expect(taken).toHaveLength(Math.min(count, candidates.length));
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});
