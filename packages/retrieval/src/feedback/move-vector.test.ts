import { dot } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitOf } from '../document-vector.ts';
import { moveVector } from './move-vector.ts';

const unit = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((values) => unitOf(Float64Array.from(values)))
  .filter((vector) => vector !== null);

describe('moveVector', () => {
  it('comes nearer to what it is moved towards, and stays of length 1', () => {
    fc.assert(
      fc.property(unit, unit, (query, passage) => {
        const moved = moveVector(query, [passage]);
        expect(dot(moved, moved)).toBeCloseTo(1, 5);
        expect(dot(moved, passage)).toBeGreaterThanOrEqual(dot(query, passage) - 1e-6);
        expect(dot(moved, query)).toBeGreaterThanOrEqual(dot(passage, query) - 1e-6);
      }),
    );
  });

  it('goes by the mean of the passages, however many they are', () => {
    fc.assert(
      fc.property(unit, unit, fc.integer({ min: 1, max: 5 }), (query, passage, count) => {
        const many = moveVector(query, new Array<Float32Array>(count).fill(passage));
        expect(dot(many, moveVector(query, [passage]))).toBeCloseTo(1, 5);
      }),
    );
  });

  it('stays where there is nothing to move towards', () => {
    const query = Float32Array.of(0.6, 0.8);
    expect(moveVector(query, [])).toBe(query);
  });
});
