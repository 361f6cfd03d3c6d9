import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePair, type PairFormat } from './pair-encoding.ts';

const bert: PairFormat = { family: 'bert', maxTokens: 12, first: 101, last: 102 };
const xlmRoberta: PairFormat = { family: 'xlm-roberta', maxTokens: 12, first: 0, last: 2 };

describe('encodePair', () => {
  it('writes BERT pairs with segments 0 and 1', () => {
    expect(encodePair([7, 8], [9], bert)).toEqual({
      windows: [{ ids: [101, 7, 8, 102, 9, 102], segments: [0, 0, 0, 0, 1, 1] }],
      cutQueryTokens: 0,
      cutPassageTokens: 0,
    });
  });

  it('writes XLM-R pairs with a double separator and one segment', () => {
    expect(encodePair([7, 8], [9], xlmRoberta)).toEqual({
      windows: [{ ids: [0, 7, 8, 2, 2, 9, 2], segments: [0, 0, 0, 0, 0, 0, 0] }],
      cutQueryTokens: 0,
      cutPassageTokens: 0,
    });
  });

  it('reads a long passage in windows that overlap by a quarter', () => {
    const { windows } = encodePair([7], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], bert);
    const passages = windows.map(({ ids }) => ids.slice(3, -1));
    expect(passages).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [7, 8, 9, 10, 11, 12],
    ]);
  });

  it('cuts the end of a query that takes more than half of the input', () => {
    const { windows, cutQueryTokens } = encodePair([1, 2, 3, 4, 5, 6, 7], [9], bert);
    expect(windows[0]?.ids).toEqual([101, 1, 2, 3, 4, 102, 9, 102]);
    expect(cutQueryTokens).toBe(3);
  });

  it('covers every passage token in order, never exceeding the input, or counts what it left out', () => {
    const ids = fc.array(fc.integer({ min: 10, max: 99 }), { maxLength: 300 });
    fc.assert(
      fc.property(ids, ids, fc.constantFrom(bert, xlmRoberta), (query, passage, format) => {
        const { windows, cutQueryTokens, cutPassageTokens } = encodePair(query, passage, format);
        const kept = Math.min(query.length, Math.floor((12 - (format === bert ? 3 : 4)) / 2));
        const head = kept + (format === bert ? 2 : 3);
        const seen: number[] = [];
        const room = 12 - head - 1;
        const step = Math.max(1, Math.floor(room * 0.75));
        for (const [index, { ids: all, segments }] of windows.entries()) {
          expect(all.length).toBeLessThanOrEqual(12);
          expect(segments).toHaveLength(all.length);
          for (const [offset, id] of all.slice(head, -1).entries()) seen[index * step + offset] = id;
        }
        expect(seen).toEqual(passage.slice(0, seen.length));
        expect(cutQueryTokens).toBe(query.length - kept);
        expect(cutPassageTokens).toBe(passage.length - seen.length);
      }),
    );
  });
});
