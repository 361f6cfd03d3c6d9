import type { ChunkId, DocumentId } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExactSearch } from './nearest.ts';
import { isSound, vectorsGate } from './vectors.ts';

const id = (at: number) => `c${at}` as ChunkId;
/** On a circle, so that nearness is nearness of angles. */
const at = (angle: number) => new Float32Array([Math.cos(angle), Math.sin(angle)]);
const angles = fc.array(fc.double({ min: 0, max: 6, noNaN: true }), { minLength: 1, maxLength: 60 });

function recallOf(vectors: readonly Float32Array[], query: Float32Array, found: readonly ChunkId[], k = 10) {
  const exact = createExactSearch([{ vector: query, found }], k);
  for (const [place, vector] of vectors.entries()) exact.add(id(place), vector);
  return exact.recalls()[0];
}

function nearest(vectors: readonly Float32Array[], query: Float32Array, k: number): readonly number[] {
  const score = (vector: Float32Array) =>
    (vector[0] ?? 0) * (query[0] ?? 0) + (vector[1] ?? 0) * (query[1] ?? 0);
  return [...vectors.keys()]
    .sort((one, other) => score(vectors[other] ?? query) - score(vectors[one] ?? query))
    .slice(0, k);
}

describe('createExactSearch', () => {
  it('gives 1 to an index that finds the nearest, in any order, and 0 to one that finds nothing', () => {
    fc.assert(
      fc.property(angles, fc.double({ min: 0, max: 6, noNaN: true }), (list, question) => {
        const vectors = list.map(at);
        const query = at(question);
        const right = nearest(vectors, query, 10).map(id);
        expect(recallOf(vectors, query, right.toReversed())).toBe(1);
        expect(recallOf(vectors, query, [])).toBe(0);
      }),
    );
  });

  it('counts the part that was found', () => {
    const vectors = Array.from({ length: 40 }, (_, place) => at(place / 10));
    const found = [...Array.from({ length: 7 }, (_, place) => id(place)), id(30), id(31), id(32)];
    expect(recallOf(vectors, at(0), found)).toBeCloseTo(0.7, 12);
  });

  it('lets any of many equal passages do', () => {
    const vectors = Array.from({ length: 30 }, () => at(1));
    const found = Array.from({ length: 10 }, (_, place) => id(20 + place));
    expect(recallOf(vectors, at(1), found)).toBe(1);
  });

  it('takes what there is where there is less than k, and 1 of nothing', () => {
    expect(recallOf([at(0), at(1)], at(0), [id(0), id(1)])).toBe(1);
    expect(recallOf([at(0), at(1)], at(0), [id(0)])).toBe(0.5);
    expect(recallOf([], at(0), [])).toBe(1);
  });
});

describe('isSound', () => {
  it('takes a vector of the right length, of numbers and of norm 1, and nothing else', () => {
    expect(isSound(at(1), 2)).toBe(true);
    expect(isSound(null, 2)).toBe(false);
    expect(isSound(at(1), 3)).toBe(false);
    expect(isSound(new Float32Array([0, 0]), 2)).toBe(false);
    expect(isSound(new Float32Array([1, 1]), 2)).toBe(false);
    expect(isSound(new Float32Array([Number.NaN, 0]), 2)).toBe(false);
    expect(isSound(new Float32Array([Number.POSITIVE_INFINITY, 0]), 2)).toBe(false);
  });
});

describe('vectorsGate', () => {
  const none = { count: 0, samples: [] };

  it('asks for the recall of the corpus', () => {
    expect(vectorsGate({ read: 9, broken: 0, recalls: [1, 0.94] }, none, 0.97)).toMatchObject({
      passed: true,
    });
    expect(vectorsGate({ read: 9, broken: 0, recalls: [1, 0.9] }, none, 0.97)).toMatchObject({
      passed: false,
      value: 0.95,
    });
  });

  it('fails for a vector that is not sound as it was read, and for what the index counts as broken', () => {
    const read = vectorsGate({ read: 9, broken: 1, recalls: [1] }, none, 0.97);
    expect(read.passed).toBe(false);
    expect(read.detail).toContain('1 of them not sound');
    const samples = [{ documentId: 'pump.md' as DocumentId, detail: '1 of 2 chunks' }];
    const counted = vectorsGate({ read: 9, broken: 0, recalls: [1] }, { count: 1, samples }, 0.97);
    expect(counted.passed).toBe(false);
    expect(counted.detail).toContain('pump.md: 1 of 2 chunks');
  });

  it('is not measured without queries', () => {
    expect(vectorsGate({ read: 0, broken: 0, recalls: [] }, none, 0.97)).toMatchObject({
      passed: true,
      value: null,
    });
  });
});
