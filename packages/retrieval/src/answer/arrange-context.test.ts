import type { DocumentId, StoredChunk } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storedChunk } from '../test-candidates.ts';
import { arrangeContext } from './arrange-context.ts';

const text = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Chunk of a document cut every 6 characters, each repeating the last 2 of the one before. */
const chunk = (document: string, position: number): StoredChunk => {
  const start = Math.max(0, position * 6 - 2);
  return storedChunk(`${document}${position}`, {
    documentId: document as DocumentId,
    position,
    start,
    text: text.slice(start, position * 6 + 6),
  });
};
const around = (document: string, position: number) => ({
  hit: chunk(document, position),
  neighbours: [position - 1, position, position + 1].filter((at) => at >= 0).map((at) => chunk(document, at)),
});

describe('arrangeContext', () => {
  it('puts the chunks of a document in its own order, the document with the best hit first', () => {
    const sources = arrangeContext([around('b', 2), around('a', 1)], 10);
    expect(sources.map(({ n, chunkId }) => `${n}${chunkId}`)).toEqual([
      '1b1',
      '2b2',
      '3b3',
      '4a0',
      '5a1',
      '6a2',
    ]);
  });

  it('cuts off what a chunk repeats of the one before it', () => {
    const sources = arrangeContext([around('a', 1)], 10);
    expect(sources.map((source) => source.text).join('')).toBe(text.slice(0, 18));
    for (const { start, end, text: part } of sources) expect(part).toBe(text.slice(start, end));
  });

  it('drops neighbours before hits, and those of worse hits first', () => {
    const hits = [around('a', 1), around('b', 1), around('c', 1)];
    expect(arrangeContext(hits, 5).map(({ chunkId }) => chunkId)).toEqual(['a0', 'a1', 'a2', 'b1', 'c1']);
    expect(arrangeContext(hits, 2).map(({ chunkId }) => chunkId)).toEqual(['a1', 'b1']);
  });

  it('holds each chunk once, numbered from 1 without gaps, within the limit', () => {
    const hits = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(5)), { maxLength: 8 });
    fc.assert(
      fc.property(hits, fc.integer({ min: 1, max: 10 }), (found, limit) => {
        const sources = arrangeContext(
          found.map(([document, position]) => around(document, position)),
          limit,
        );
        expect(sources.length).toBeLessThanOrEqual(limit);
        expect(new Set(sources.map(({ chunkId }) => chunkId)).size).toBe(sources.length);
        expect(sources.map(({ n }) => n)).toEqual(sources.map((_source, index) => index + 1));
      }),
    );
  });
});
