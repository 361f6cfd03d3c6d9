import { describe, expect, it } from 'vitest';
import { fromMiddle, middleOf } from './from-middle.ts';
import { rowsOf } from './vector-rows.ts';

const unit = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

describe('fromMiddle', () => {
  it('parts what leans to one side, in unit vectors', () => {
    const pair = [unit(40), unit(50)] as const;
    const middle = middleOf(rowsOf(pair));
    const [one, other] = [fromMiddle(pair[0], middle), fromMiddle(pair[1], middle)];
    expect(Math.hypot(...one)).toBeCloseTo(1, 6);
    expect([...other]).toEqual([...one].map((value) => expect.closeTo(-value, 5)));
  });

  it('gives the middle itself no direction', () => {
    expect([...fromMiddle(unit(0), middleOf(rowsOf([unit(0)])))]).toEqual([0, 0]);
  });
});
