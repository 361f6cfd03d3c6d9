import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderPassages, type RankedPassage } from './order-passages.ts';

const passage = (documentId: string, position: number, rank: number): RankedPassage => ({
  documentId,
  position,
  rank,
});

describe('orderPassages', () => {
  it('puts the best first, the second best last, and the worst in the middle', () => {
    const passages = [1, 2, 3, 4, 5].map((rank) => passage(`d${rank}`, 0, rank));
    expect(orderPassages(passages).map(({ rank }) => rank)).toEqual([1, 3, 5, 4, 2]);
    expect(orderPassages(passages.slice(0, 2)).map(({ rank }) => rank)).toEqual([1, 2]);
  });

  it('keeps passages that follow each other together in their own order', () => {
    const passages = [passage('a', 3, 4), passage('a', 1, 3), passage('a', 2, 1), passage('b', 0, 2)];
    expect(orderPassages(passages).map(({ documentId, position }) => `${documentId}${position}`)).toEqual([
      'a1',
      'a2',
      'a3',
      'b0',
    ]);
  });

  it('holds each once, with the best piece at one end and the second best at the other', () => {
    const chunks = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(8)), {
      selector: ([document, position]) => `${document}${position}`,
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(chunks, (found) => {
        const passages = found.map(([document, position], index) => passage(document, position, index + 1));
        const ordered = orderPassages(passages);
        expect(new Set(ordered)).toEqual(new Set(passages));
        expect(ordered).toHaveLength(passages.length);
        const best = ordered.findIndex(({ rank }) => rank === 1);
        for (const [index, { documentId, position }] of ordered.slice(0, best).entries()) {
          expect({ documentId, position }).toEqual({
            documentId: ordered[best]?.documentId,
            position: (ordered[best]?.position ?? 0) - best + index,
          });
        }
      }),
    );
  });
});
