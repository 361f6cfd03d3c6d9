import { describe, expect, it } from 'vitest';
import { fromMiddleOf } from './from-middle.ts';

const unit = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

describe('fromMiddleOf', () => {
  it('parts what leans to one side, in unit vectors', () => {
    const [left, right] = [unit(40), unit(50)];
    const away = fromMiddleOf([left, right]);
    const [one, other] = [away(left), away(right)];
    expect(Math.hypot(...one)).toBeCloseTo(1, 6);
    expect([...other]).toEqual([...one].map((value) => expect.closeTo(-value, 5)));
  });

  it('gives the middle itself no direction', () => {
    expect([...fromMiddleOf([unit(0)])(unit(0))]).toEqual([0, 0]);
  });
});
