import type { TokenEmbeddings } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressedRows, compressTokens } from './compressed-tokens.ts';

const embeddingsOf = (rows: Readonly<Record<string, readonly number[]>>): TokenEmbeddings => ({
  tokens: Object.keys(rows),
  vectors: Float32Array.from(Object.values(rows).flat()),
});
/** Signs of the rows, in order. */
function signsIn(compressed: Uint8Array): number[][] {
  const rows = compressedRows(compressed);
  if (rows === null) throw new Error('not readable');
  const { dimensions, count, bytes } = rows;
  const stride = Math.ceil(dimensions / 8);
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: dimensions }, (_, i) =>
      ((bytes[row * stride + (i >> 3)] ?? 0) >> (i & 7)) & 1 ? 1 : -1,
    ),
  );
}
const number = fc.double({ min: -1, max: 1, noNaN: true });
const tokenRows = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .chain(([count, dimensions]) =>
    fc.record({
      tokens: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: count, maxLength: count }),
      vectors: fc
        .array(number, { minLength: count * dimensions, maxLength: count * dimensions })
        .map((values) => Float32Array.from(values)),
    }),
  );

describe('compressTokens', () => {
  it('keeps the sign of every number of distinct tokens, zero as positive', () => {
    const compressed = compressTokens(
      embeddingsOf({ a: [0.5, -0.5, 0, 0.1, -0.1, 1, -1, 0.2, -0.3], b: [-1, 1, -1, 1, -1, 1, -1, 1, -1] }),
    );
    expect(signsIn(compressed)).toEqual([
      [1, -1, 1, 1, -1, 1, -1, 1, -1],
      [-1, 1, -1, 1, -1, 1, -1, 1, -1],
    ]);
  });

  it('makes one row of equal tokens, of their mean', () => {
    const vectors = Float32Array.of(0.9, 0.1, 0.5, -1, -1, 0.5, -0.2, -0.4, 0.5);
    expect(signsIn(compressTokens({ tokens: ['a', 'b', 'a'], vectors }))).toEqual([
      [1, -1, 1],
      [-1, -1, 1],
    ]);
  });

  it('adds the second half of a row to its first', () => {
    const vectors = Float32Array.of(0.9, 0.1, -0.8, -0.2, -0.1, 0.9, 0.2, -0.8);
    expect(signsIn(compressTokens({ tokens: ['a', 'b'], vectors }))).toEqual([
      [1, -1],
      [1, 1],
    ]);
  });

  it('gives a word of its own meaning a row to itself before it tells near ones apart', () => {
    const near = [1, 1, 1, 1, 1, 1, 1, 1, 1];
    const compressed = compressTokens(
      embeddingsOf({ of: near, the: near.with(0, -0.1), a: near.with(1, -0.1), pump: near.map((x) => -x) }),
      2,
    );
    expect(signsIn(compressed)).toEqual([near, near.map((x) => -x)]);
  });

  it('holds at most as many rows as it is told, and by itself 3 KB of them, the same each time', () => {
    fc.assert(
      fc.property(tokenRows, fc.integer({ min: 1, max: 8 }), (tokens, most) => {
        const compressed = compressTokens(tokens, most);
        const rows = signsIn(compressed);
        const distinct = new Set(tokens.tokens).size;
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.length).toBeLessThanOrEqual(Math.min(most, distinct));
        expect(compressTokens(tokens, most)).toEqual(compressed);
        if (distinct <= most) expect(rows).toHaveLength(distinct);
      }),
    );
    const tokens = Array.from({ length: 300 }, (_, index) => `t${index}`);
    const vectors = Float32Array.from({ length: 300 * 384 }, (_, index) => Math.sin(index * index));
    expect(compressTokens({ tokens, vectors })).toHaveLength(3 + 128 * 24);
    const longer = Float32Array.from({ length: 300 * 512 }, (_, index) => Math.sin(index * index));
    expect(compressTokens({ tokens, vectors: longer })).toHaveLength(3 + 48 * 64);
  });

  it('has no rows of a text without tokens', () => {
    expect(signsIn(compressTokens({ tokens: [], vectors: new Float32Array() }))).toEqual([]);
  });
});

describe('compressedRows', () => {
  it('reads no bytes of another version, none that were cut, and none at all', () => {
    const compressed = compressTokens(embeddingsOf({ a: Array.from({ length: 20 }, () => 1) }));
    expect(compressed[0]).toBe(2);
    expect(compressedRows(compressed)).not.toBeNull();
    expect(compressedRows(compressed.with(0, 3))).toBeNull();
    expect(compressedRows(compressed.subarray(0, -1))).toBeNull();
    expect(compressedRows(new Uint8Array())).toBeNull();
  });

  it('reads what version 1 wrote: rows of all dimensions', () => {
    expect(compressedRows(Uint8Array.of(1, 8, 0, 0b101, 0b11))).toEqual({
      dimensions: 8,
      count: 2,
      bytes: Uint8Array.of(0b101, 0b11),
    });
  });

  it('reads whatever there is without a failure', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void compressedRows(bytes)));
  });
});
