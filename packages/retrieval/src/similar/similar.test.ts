import { dot } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likesVectorOf } from './likes-vector.ts';
import { spreadOut } from './spread-out.ts';

const unit = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

describe('likesVectorOf', () => {
  it('lies between what is liked, and turns away from what is not', () => {
    const between = likesVectorOf([unit(0), unit(60)], []) ?? unit(180);
    expect(dot(between, unit(30))).toBeCloseTo(1, 6);
    const away = likesVectorOf([unit(0), unit(60)], [unit(90)]) ?? unit(180);
    expect(dot(away, unit(90))).toBeLessThan(dot(between, unit(90)));
    expect(dot(away, away)).toBeCloseTo(1, 6);
  });

  it('is none where likes cancel out', () => {
    expect(likesVectorOf([unit(0), unit(180)], [])).toBeNull();
  });
});

describe('spreadOut', () => {
  const scored = (degrees: readonly number[]) =>
    degrees
      .map((angle) => ({ score: dot(unit(angle), unit(0)), vector: unit(angle) }))
      .sort((left, right) => right.score - left.score);
  const some = fc.array(fc.integer({ min: 0, max: 359 }), { maxLength: 15 }).map(scored);

  it('takes something different before a repetition of what it has', () => {
    const [near, copy, other] = scored([10, 11, -40]);
    expect(spreadOut(scored([10, 11, -40]), 0.5, 3)).toEqual([near, other, copy]);
  });

  it('keeps the order at lambda 1, the first always, and takes none twice', () => {
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 1, noNaN: true }), (candidates, lambda) => {
        expect(spreadOut(candidates, 1, 20)).toEqual(candidates);
        const taken = spreadOut(candidates, lambda, 5);
        expect(taken[0]).toBe(candidates[0]);
        expect(new Set(taken).size).toBe(Math.min(5, candidates.length));
      }),
    );
  });
});
