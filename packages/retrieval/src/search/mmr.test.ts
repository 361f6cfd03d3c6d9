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
const turn = async () => {};
const any = fc
  .array(fc.string({ maxLength: 30 }), { maxLength: 12 })
  .map((texts) => texts.map((text, index) => candidateOf(String(index), 1 - index / 100, text)));

describe('diversify', () => {
  it('takes something different before a repetition of what it has', async () => {
    expect(ids(await diversify(near, 0.7, 4, turn))).toEqual(['a', 'b', 'a2', 'b2']);
  });

  it('keeps the order at lambda 1 and the first candidate always', async () => {
    await fc.assert(
      fc.asyncProperty(any, fc.double({ min: 0, max: 1, noNaN: true }), async (candidates, lambda) => {
        expect(await diversify(candidates, 1, candidates.length + 1, turn)).toEqual(candidates);
        expect((await diversify(candidates, lambda, 3, turn))[0]).toBe(candidates[0]);
      }),
    );
  });

  it('returns as many as were asked for, none twice', async () => {
    await fc.assert(
      fc.asyncProperty(any, fc.integer({ min: 1, max: 15 }), async (candidates, count) => {
        const taken = await diversify(candidates, 0.5, count, turn);
        expect(taken).toHaveLength(Math.min(count, candidates.length));
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });

  it('lets other work in between after each text that it reads and each that it takes', async () => {
    let turns = 0;
    const counting = async () => {
      turns += 1;
    };
    await diversify(near, 0.7, 3, counting);
    expect(turns).toBe(near.length + 3);
  });

  it('stops where its turn is refused', async () => {
    const refuse = () => Promise.reject(new Error('left'));
    await expect(diversify(near, 0.7, 4, refuse)).rejects.toThrow('left');
  });
});
